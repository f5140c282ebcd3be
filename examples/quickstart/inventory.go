package main

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// The people of a small bank, as an example.
var founder = aims.Person{ID: "olga", Name: "Olga Brandt", Unit: "Company secretary"}

var staff = []aims.Person{
	{ID: "ruth", Name: "Ruth Abara", Unit: "Board", TopManagement: true},
	{ID: "ines", Name: "Ines Moreau", Unit: "Executive", TopManagement: true},
	{ID: "tom", Name: "Tom Okafor", Unit: "Risk"},
	{ID: "lena", Name: "Lena Vogel", Unit: "Compliance"},
	{ID: "amir", Name: "Amir Haddad", Unit: "Data science"},
	{ID: "joan", Name: "Joan Price", Unit: "People"},
	{ID: "kofi", Name: "Kofi Mensah", Unit: "IT"},
	{ID: "sara", Name: "Sara Lind", Unit: "Customer service"},
	{ID: "petra", Name: "Petra Novak", Unit: "Audit firm", External: true},
}

// Who holds which role.
var appointments = []struct{ role, person string }{
	{aims.RoleSponsor, "ines"},
	{aims.RoleLead, "lena"},
	{aims.RolePolicyOwner, "ruth"},
	{aims.RoleRiskApprover, "tom"},
	{aims.RoleImpactApprover, "tom"},
	{aims.RoleAuditLead, "petra"},
}

// The AI that the bank already uses: most of it in operation, none of it
// assessed. That is how everyone starts.
var inventory = []register.System{
	{
		ID: "spam-filter", Name: "Mail spam filter", Owner: "kofi", Stage: register.StageOperation,
		Purpose: "Sort unwanted mail into a folder that staff can look into.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: register.No,
		Domains: []register.Domain{register.DomainITSecurity}, Functions: []register.Function{register.FunctionClassify},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomySupervised,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"user"}, Reach: register.ReachUnder10K,
		Interacts: []register.Audience{register.AudienceEmployees}, Data: []register.DataCategory{register.DataCommunications},
		DataOrigins: []register.DataOrigin{register.OriginOwn}, ModelSource: register.ModelThirdParty, Supplier: "mailco",
		Hosting: register.HostingExternal, Jurisdictions: []string{"AU"},
	},
	{
		ID: "faq-assistant", Name: "Staff FAQ assistant", Owner: "joan", Stage: register.StageOperation,
		Purpose: "Answer staff questions on leave, travel and expenses from the handbook.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildConfigured, Supplies: register.No,
		Domains: []register.Domain{register.DomainInternalOperations}, Functions: []register.Function{register.FunctionConverse, register.FunctionSearch},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyInforms,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"user", "worker"}, Reach: register.ReachUnder1K,
		Interacts: []register.Audience{register.AudienceEmployees}, Data: []register.DataCategory{register.DataNone},
		DataOrigins: []register.DataOrigin{register.OriginOwn}, ModelSource: register.ModelThirdParty, Supplier: "modelhouse", GPAI: register.Yes,
		Generates: []register.Content{register.ContentText}, Hosting: register.HostingExternal, Jurisdictions: []string{"AU"},
	},
	{
		ID: "cv-screener", Name: "CV screener", Owner: "joan", Stage: register.StageVerification,
		Purpose: "Rank applications for branch jobs, so that recruiters read the most promising first.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildConfigured, Supplies: register.No,
		Domains: []register.Domain{register.DomainEmployment}, Functions: []register.Function{register.FunctionScorePeople},
		Practices: []register.Practice{register.PracticeRecruitment}, Autonomy: register.AutonomyRecommends,
		Effects: []register.Effect{register.EffectSignificant}, Reversibility: register.ReversibilityHard, Contest: register.No,
		Explain: register.ExplainPostHoc, Affected: []string{"applicant", "gender", "minority", "older"}, Reach: register.ReachUnder10K,
		Interacts: []register.Audience{register.AudienceSpecialists}, Data: []register.DataCategory{register.DataPersonal, register.DataEmployment},
		DataOrigins: []register.DataOrigin{register.OriginUserSupplied}, Profiling: register.Yes, Matching: register.No,
		ModelSource: register.ModelThirdParty, Supplier: "hirewise", Hosting: register.HostingExternal, Jurisdictions: []string{"AU", "EU"},
	},
	{
		ID: "credit-scoring", Name: "Credit scoring", Owner: "amir", Stage: register.StageOperation,
		Purpose: "Estimate the probability of default of applicants for personal loans.", Decisions: "The score decides the offer up to 10,000; above that an officer does.",
		Roles: []register.AIRole{register.RoleDeployer, register.RoleProvider}, Build: register.BuildTrained, Supplies: register.No,
		Domains: []register.Domain{register.DomainCredit}, Functions: []register.Function{register.FunctionScorePeople, register.FunctionPredict},
		Practices: []register.Practice{register.PracticeCreditworthiness}, Autonomy: register.AutonomySupervised,
		HumanOversight: register.Oversight{Person: "amir", Measure: "Reviews refusals weekly; can suspend automatic offers."},
		Effects:        []register.Effect{register.EffectSignificant, register.EffectLegal}, Reversibility: register.ReversibilityEffort, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"applicant", "low-income", "minority"}, Reach: register.ReachUnder1M,
		Interacts: []register.Audience{register.AudienceCustomers}, Direct: register.No,
		Data:        []register.DataCategory{register.DataPersonal, register.DataFinancial},
		DataOrigins: []register.DataOrigin{register.OriginOwn, register.OriginAcquired}, Profiling: register.Yes, Matching: register.Yes,
		ModelSource: register.ModelOwn, Model: register.Model{Name: "pd-retail", Version: "4.2", Technique: "gradient boosting"},
		Hosting: register.HostingInternal, Jurisdictions: []string{"AU", "EU"},
	},
	{
		ID: "fraud-detection", Name: "Card fraud detection", Owner: "tom", Stage: register.StageOperation,
		Purpose: "Stop card payments that look fraudulent until the customer confirms them.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildTrained, Supplies: register.No,
		Domains: []register.Domain{register.DomainFinance}, Functions: []register.Function{register.FunctionDetect},
		Practices: []register.Practice{register.PracticeFinancialFraud}, Autonomy: register.AutonomyAutomated,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"customer"}, Reach: register.ReachUnder1M,
		Interacts: []register.Audience{register.AudienceNone}, Data: []register.DataCategory{register.DataPersonal, register.DataFinancial, register.DataLocation},
		DataOrigins: []register.DataOrigin{register.OriginOwn}, Profiling: register.Yes, ModelSource: register.ModelOwn,
		Adaptive: register.Yes, Hosting: register.HostingInternal, Jurisdictions: []string{"AU"},
	},
	{
		ID: "service-chatbot", Name: "Customer chatbot", Owner: "sara", Stage: register.StageOperation,
		Purpose: "Answer customers' questions on products and opening hours, and hand over to a person.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildConfigured, Supplies: register.No,
		Domains: []register.Domain{register.DomainConsumerService}, Functions: []register.Function{register.FunctionConverse},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomySupervised,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainOpaque, Affected: []string{"customer"}, Reach: register.ReachUnder1M,
		Interacts: []register.Audience{register.AudienceCustomers, register.AudiencePublic}, Direct: register.Yes,
		Data: []register.DataCategory{register.DataPersonal}, DataOrigins: []register.DataOrigin{register.OriginUserSupplied},
		ModelSource: register.ModelThirdParty, Supplier: "modelhouse", GPAI: register.Yes,
		Generates: []register.Content{register.ContentText}, Hosting: register.HostingExternal, Jurisdictions: []string{"AU"},
	},
	{
		ID: "coding-assistant", Name: "Coding assistant", Owner: "kofi", Stage: register.StageOperation,
		Purpose: "Suggest code to the bank's developers, who review and test it as any other code.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: register.No,
		Domains: []register.Domain{register.DomainInternalOperations}, Functions: []register.Function{register.FunctionGenerate},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyAdvises,
		Effects: []register.Effect{register.EffectNone}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainOpaque, Affected: []string{"user"}, Reach: register.ReachUnder1K,
		Interacts: []register.Audience{register.AudienceSpecialists}, Data: []register.DataCategory{register.DataConfidential},
		DataOrigins: []register.DataOrigin{register.OriginOwn}, ModelSource: register.ModelThirdParty, Supplier: "modelhouse",
		GPAI: register.Yes, Generates: []register.Content{register.ContentCode}, Hosting: register.HostingExternal, Jurisdictions: []string{"AU"},
	},
	{
		ID: "cash-forecast", Name: "Cash demand forecast", Owner: "amir", Stage: register.StageOperation,
		Purpose: "Forecast how much cash each branch needs next week.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildTrained, Supplies: register.No,
		Domains: []register.Domain{register.DomainFinance}, Functions: []register.Function{register.FunctionForecast},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyAdvises,
		Effects: []register.Effect{register.EffectNone}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainInherent, Affected: []string{"organisation"}, Reach: register.ReachUnder1K,
		Interacts: []register.Audience{register.AudienceEmployees}, Data: []register.DataCategory{register.DataNone},
		DataOrigins: []register.DataOrigin{register.OriginOwn}, ModelSource: register.ModelOwn,
		Hosting: register.HostingInternal, Jurisdictions: []string{"AU"},
	},
	{
		ID: "loan-documents", Name: "Loan document reader", Owner: "amir", Stage: register.StageDesign,
		Purpose: "Read payslips and statements that applicants upload, and fill in the application form.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildFineTuned, Supplies: register.No,
		Domains: []register.Domain{register.DomainCredit}, Functions: []register.Function{register.FunctionTranscribe},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyAdvises,
		Affected: []string{"applicant"}, Data: []register.DataCategory{register.DataPersonal, register.DataFinancial},
		ModelSource: register.ModelOpenWeights, Hosting: register.HostingInternal,
	},
	{
		ID: "queue-cameras", Name: "Branch queue cameras", Stage: register.StageOperation,
		Purpose: "Count people in branches and tell the mood of the queue from faces.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildNone,
		Functions: []register.Function{register.FunctionMonitorPeople}, Practices: []register.Practice{register.PracticeEmotionInference},
		Data: []register.DataCategory{register.DataBiometric}, Affected: []string{"customer", "bystander"},
	},
	{
		ID: "office-chat", Name: "Public chat assistant, used at work", Stage: register.StageOperation,
		Description: "Found in the sign-on logs. Nobody decided to use it.",
		Roles:       []register.AIRole{register.RoleDeployer}, ModelSource: register.ModelThirdParty, Supplier: "modelhouse", GPAI: register.Yes,
	},
	{
		ID: "ad-images", Name: "Advertising images", Owner: "sara", Stage: register.StageOperation,
		Purpose: "Draft pictures for advertisements, which a designer chooses and finishes.",
		Roles:   []register.AIRole{register.RoleDeployer}, Build: register.BuildNone,
		Domains: []register.Domain{register.DomainMarketing}, Functions: []register.Function{register.FunctionGenerate},
		Generates: []register.Content{register.ContentImage}, Practices: []register.Practice{register.PracticeNone},
		ModelSource: register.ModelThirdParty, Supplier: "modelhouse",
	},
}

// Who supplies what, with the duties as shared out.
var suppliers = []aims.Supplier{
	{ID: "mailco", Name: "MailCo", Provides: "mail hosting with spam filter", Owner: "kofi"},
	{ID: "modelhouse", Name: "Model House", Provides: "general-purpose language model", Owner: "kofi",
		Duties: []aims.AllocatedDuty{{What: "Announce changes of the model 30 days ahead", Bearer: aims.BearerSupplier},
			{What: "Decide what the model may be used for", Bearer: aims.BearerOrganisation}}, ChangeNotice: true},
	{ID: "hirewise", Name: "HireWise", Provides: "CV screening service", Owner: "joan"},
}

// plain fills in the answers that are "no" for nearly everything that a bank
// runs, so that the entries above show only what sets a system apart. What is
// still not answered afterwards is an open question of the assessment.
func plain(s register.System) register.System {
	for _, answer := range []*register.Answer{&s.Acts, &s.MultiAgent, &s.Physical, &s.Critical, &s.Displaces, &s.Direct, &s.Matching,
		&s.Profiling, &s.GPAI, &s.GPAIProvider, &s.Systemic, &s.Adaptive, &s.LargeTraining, &s.DataWorkers, &s.Supplies} {
		if *answer == register.Unknown {
			*answer = register.No
		}
	}
	if s.DeployerKind == "" {
		s.DeployerKind = register.DeployerPrivate
	}
	if s.TechMaturity == "" {
		s.TechMaturity = register.TechProven
	}
	if len(s.Generates) == 0 {
		s.Generates = []register.Content{register.ContentNone}
	}
	return s
}
