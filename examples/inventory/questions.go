package main

import "github.com/aimskit/aimskit/register"

// The headers of the form whose cells are free text.
const (
	headName         = "Use Case Name"
	headAgency       = "Agency"
	headAbbreviation = "Agency Abbreviation"
	headBureau       = "Bureau"
	headOtherTopic   = "Other (Use Case Topic Area)"
	headPurpose      = "What is the intended purpose and expected benefits of the AI?"
	headOutputs      = "Describe the AI system's outputs."
	headContract     = "Provide the Procurement Instrument Identifier(s) (PIID) of the contract(s) used."
	headProvider     = "Which HISP is the AI use case supporting?"
	headService      = "Which public-facing service is the AI use case supporting?"
	headTrainingData = "Describe any agency-owned data used to train, fine-tune, and/or evaluate performance of the model(s) used in this use case."
	headCode         = "If the code is open-source, provide the link for the publicly available source code."
	headSystemName   = "System Name"
	headRisks        = "What are the key risks from using the AI for this particular use case and how were they identified?"
	headInitiated    = "Date Initiated"
	headAcquired     = "Date when Acquisition and/or Development began"
	headImplemented  = "Date Implemented"
	headRetired      = "Date Retired"
)

// Headers of questions that other parts of the program look at.
const (
	headCommercial = "Is the AI use case found in the below list of general commercial AI products and services?"
	headStage      = "Stage of Development"
	headDeveloped  = "Was the AI system involved in this use case developed (or is it to be developed) under contract(s) or in-house?"
	headCustomCode = "Does this project include custom-developed code?"
)

// texts are the columns of free text, with the label that keeps each where it
// has no field of its own. The explanations beside single answers ("If Other,
// please explain") and the essays on information quality and disparities are
// left to the file: nothing can be derived from them.
var texts = []struct{ Header, Label string }{
	{headName, ""},
	{headAgency, labelAgency},
	{headAbbreviation, labelAbbreviation},
	{headBureau, "bureau"},
	{headOtherTopic, "topic_other"},
	{headPurpose, ""},
	{headOutputs, ""},
	{headContract, "contract"},
	{headProvider, "hisp_name"},
	{headService, "hisp_service"},
	{headTrainingData, ""},
	{headCode, ""},
	{headSystemName, "ato_system"},
	{headRisks, ""},
}

// dates are the columns of dates, with the label that keeps each.
var dates = []struct{ Header, Label string }{
	{headInitiated, "date_initiated"},
	{headAcquired, "date_development"},
	{headImplemented, "date_implemented"},
	{headRetired, "date_retired"},
}

// Labels that other parts of the program look at.
const (
	labelAgency       = "agency_name"
	labelAbbreviation = "agency"
	labelStage        = "stage_reported"
	labelImpact       = "impact_reported"
	labelAssessed     = "impact_assessment"
	labelMonitored    = "monitoring"
)

// common is what every use case in the form has in common, whatever its row
// says.
var common = given{
	Why: "Only agencies of the United States' federal government file this form, about AI that they put to use themselves.",
	System: register.System{
		Jurisdictions: []string{"US"},
		DeployerKind:  register.DeployerPublicBody,
		Roles:         []register.AIRole{register.RoleDeployer},
	},
}

// given are attributes of a system that follow from an answer, and why.
type given struct {
	Why    string
	System register.System
}

// question is a column of the form with a closed set of answers.
type question struct {
	Header string
	// Label keeps the canonical answer with the system.
	Label string
	// Several says that a cell can hold several answers, set apart by the
	// separators given or as a JSON list.
	Several string
	// Head says that the form's answers are of the form "short: long", of
	// which only what stands before the colon counts.
	Head    bool
	Answers []answer
}

// answer is one answer to a question, with all its spellings. They are
// compared folded, so that case, dashes, quotation marks, white space and the
// full stop at the end make no difference.
type answer struct {
	// Is is the canonical answer; empty if what was written answers nothing,
	// so that the question stays open.
	Is string
	// Why says why the answer gives the attributes it gives, or none.
	Why string
	// Gives are the attributes that follow. Answers together give the union of
	// lists; one attribute given two values stays open.
	Gives register.System
	// Spellings are the ways in which the answer is written.
	Spellings []string
}

const (
	whyOpen    = "It answers nothing, so that the question stays open."
	whyWaived  = "The agency's Chief AI Officer has waived this practice: it is not there."
	whyOwnSays = "What the agency says of its own practice stands as a label; the assessment opened here does not rest on it."
	whyNoRoom  = "No attribute of the register says this; it stands as a label."
)

// open is the answer that answers nothing; a blank cell is always among its
// spellings.
func open(spellings ...string) answer {
	return answer{Why: whyOpen, Spellings: append([]string{""}, spellings...)}
}

// labelled is an answer that only a label keeps.
func labelled(is, why string, spellings ...string) answer {
	return answer{Is: is, Why: why, Spellings: spellings}
}

// Short names, to keep the tables readable.
type (
	sys       = register.System
	domains   = []register.Domain
	functions = []register.Function
	effects   = []register.Effect
	category  = []register.DataCategory
	audiences = []register.Audience
)

// questions are the closed questions of the form that bear on what a system is
// and does. The seven about tools, computing resources and re-use inside the
// agency are left out: nothing in the register or the impact rules asks.
var questions = []question{
	{
		Header: "Use Case Topic Area", Label: "topic", Several: ";",
		Answers: []answer{
			open("Other"),
			{Is: "mission-enabling", Why: "The form says it: internal agency support.", Gives: sys{Domains: domains{register.DomainInternalOperations}},
				Spellings: []string{"Mission-Enabling", "Mission-Enabling (internal agency support)"}},
			{Is: "ai-administration", Why: "Running AI itself is internal support.", Gives: sys{Domains: domains{register.DomainInternalOperations}},
				Spellings: []string{"Administration of AI Governance, Processes, and Procedures", "Department-Level AI Capabilities and Capacity", "AIML Platform/Environment"}},
			{Is: "law-justice", Why: "The area joins the police and the courts; both stand until somebody says which.", Gives: sys{Domains: domains{register.DomainLawEnforcement, register.DomainJustice}},
				Spellings: []string{"Law & Justice"}},
			{Is: "health", Why: "The same field.", Gives: sys{Domains: domains{register.DomainHealthcare}},
				Spellings: []string{"Health & Medical"}},
			{Is: "government-services", Why: "The form says it: benefits and service delivery.", Gives: sys{Domains: domains{register.DomainPublicService, register.DomainPublicBenefits}},
				Spellings: []string{"Government Services (includes Benefits and Service Delivery)"}},
			labelled("diplomacy-trade", "No domain of the register matches, so that the domain stays open.", "Diplomacy & Trade"),
			{Is: "science-space", Why: "The same field.", Gives: sys{Domains: domains{register.DomainResearch}},
				Spellings: []string{"Science & Space"}},
			{Is: "research", Why: "It says so.", Gives: sys{Domains: domains{register.DomainResearch}},
				Spellings: []string{"Internal DOT Research Project", "DOT Sponsored External Research"}},
			{Is: "transportation", Why: "The same field.", Gives: sys{Domains: domains{register.DomainTransport}},
				Spellings: []string{"Transportation", "AI used in Transportation Operations"}},
			{Is: "education-workforce", Why: "The area joins schooling and work; both stand until somebody says which.", Gives: sys{Domains: domains{register.DomainEducation, register.DomainEmployment}},
				Spellings: []string{"Education & Workforce"}},
			{Is: "energy-environment", Why: "Energy supply is critical infrastructure; it stands until somebody says that only the environment is meant.", Gives: sys{Domains: domains{register.DomainCriticalInfrastructure}},
				Spellings: []string{"Energy & the Environment"}},
			{Is: "emergency", Why: "The same field.", Gives: sys{Domains: domains{register.DomainEmergency}},
				Spellings: []string{"Emergency Management"}},
			{Is: "technique:deep-learning", Why: "A technique, not a field of life: the domain stays open.", Gives: sys{Model: register.Model{Technique: "deep learning"}},
				Spellings: []string{"Deep Learning"}},
			{Is: "technique:language", Why: "A technique, not a field of life: the domain stays open.", Gives: sys{Model: register.Model{Technique: "natural language processing"}},
				Spellings: []string{"NLP", "Natural Language Processing"}},
			{Is: "technique:statistics", Why: "A technique, not a field of life: the domain stays open.", Gives: sys{Model: register.Model{Technique: "statistical methods"}},
				Spellings: []string{"Statistical Methods"}},
			{Is: "technique:classification", Why: "A technique, not a field of life: the domain stays open.", Gives: sys{Functions: functions{register.FunctionClassify}},
				Spellings: []string{"Classification"}},
		},
	},
	{
		// That the product is commercial is settled in derive.go together with
		// the answers on development and code, which sometimes deny it.
		Header: headCommercial, Label: "commercial",
		Answers: []answer{
			open("N/A"),
			labelled(commercialNone, "Not one of the listed uses; it can still be a bought product.", "None of the above"),
			{Is: "data-entry", Why: "Reading forms is transcription.", Gives: sys{Functions: functions{register.FunctionTranscribe}},
				Spellings: []string{"Inputting large amounts of data from paper forms into a digital system using AI"}},
			{Is: "digitizing", Why: "Reading scans is transcription.", Gives: sys{Functions: functions{register.FunctionTranscribe}},
				Spellings: []string{"Digitizing text from scanned documents or smart forms for archival purposes using AI"}},
			{Is: "storeroom", Why: "Image recognition of items.", Gives: sys{Functions: functions{register.FunctionDetect, register.FunctionClassify}},
				Spellings: []string{"Identifying and cataloging items in a storage room using AI-driven image recognition"}},
			{Is: "transcribing", Why: "It transcribes and writes a summary.", Gives: sys{Functions: functions{register.FunctionTranscribe, register.FunctionGenerate}, Generates: []register.Content{register.ContentText}},
				Spellings: []string{"Transcribing and summarizing a recorded meeting or interview using AI"}},
			{Is: "scheduling", Why: "It books and reminds by itself.", Gives: sys{Functions: functions{register.FunctionAct}},
				Spellings: []string{"Scheduling meetings or appointments or setting reminders using AI"}},
			{Is: "email-triage", Why: "It sorts.", Gives: sys{Functions: functions{register.FunctionClassify}},
				Spellings: []string{"Prioritizing and categorizing incoming emails using AI"}},
			{Is: "social-media", Why: "It publishes by itself.", Gives: sys{Functions: functions{register.FunctionAct}},
				Spellings: []string{"Scheduling and managing social media posts using AI"}},
			{Is: "time-tracking", Why: "It watches how people spend their working time.", Gives: sys{Functions: functions{register.FunctionMonitorPeople}, Affected: []string{"worker"}, Data: category{register.DataEmployment}},
				Spellings: []string{"Logging and analyzing time spent on tasks using AI-powered time management tools"}},
			{Is: "log-analysis", Why: "It finds patterns.", Gives: sys{Functions: functions{register.FunctionDetect}},
				Spellings: []string{"Identifying unusual patterns in system logs from a single incident report using AI"}},
			{Is: "summarizing", Why: "It writes text.", Gives: sys{Functions: functions{register.FunctionGenerate}, Generates: []register.Content{register.ContentText}},
				Spellings: []string{"Summarizing the key points of a lengthy report using AI"}},
			{Is: "searching", Why: "The same function.", Gives: sys{Functions: functions{register.FunctionSearch}},
				Spellings: []string{"Searching for information using AI"}},
			{Is: "legal-research", Why: "It searches and writes text.", Gives: sys{Functions: functions{register.FunctionSearch, register.FunctionGenerate}, Generates: []register.Content{register.ContentText}},
				Spellings: []string{"Generative AI-assisted legal research tool"}},
			{Is: "writing", Why: "It proposes text.", Gives: sys{Functions: functions{register.FunctionGenerate}, Generates: []register.Content{register.ContentText}},
				Spellings: []string{"Improving the quality of written communications using AI tools", "Collaborating in real-time using AI-assisted tools in word processors"}},
			{Is: "visuals", Why: "It makes pictures.", Gives: sys{Functions: functions{register.FunctionGenerate}, Generates: []register.Content{register.ContentImage}},
				Spellings: []string{"Creating visually appealing presentations using AI-driven design suggestions", "Creating visual representations of data sets for reports and presentations using AI"}},
			{Is: "news", Why: "It selects by preference.", Gives: sys{Functions: functions{register.FunctionRecommend}},
				Spellings: []string{"Curating news articles and updates based on user preferences using AI"}},
			{Is: "travel", Why: "It proposes routes or rooms.", Gives: sys{Functions: functions{register.FunctionRecommend}},
				Spellings: []string{"Planning travel routes using AI-driven map applications", "Finding and booking travel accommodations using AI-powered platforms"}},
			{Is: "face-unlock", Why: "It verifies that a face is the holder's.", Gives: sys{Functions: functions{register.FunctionVerify}, Data: category{register.DataBiometric}, Practices: []register.Practice{register.PracticeBiometricVerification}},
				Spellings: []string{
					"Unlocking smartphones or other devices without the need for passwords or PINs using AI-based facial recognition",
					"Unlocking smartphones or other devices without the need for passwords or PINs using AI-based facial recognition technology",
				}},
		},
	},
	{
		Header: headStage, Label: labelStage,
		Answers: []answer{
			{Why: "The register needs a stage; derive.go takes it from the dates.", Spellings: []string{""}},
			{Is: "initiated", Why: "The need is being defined: design.", Gives: sys{Stage: register.StageDesign}, Spellings: []string{"Initiated"}},
			{Is: "planned", Why: "Not begun; the register's first stage is design.", Gives: sys{Stage: register.StageDesign}, Spellings: []string{"Planned", "Ideation"}},
			{Is: "development", Why: "Design and development are one stage.", Gives: sys{Stage: register.StageDesign}, Spellings: []string{"Acquisition and/or Development"}},
			{Is: "implementation", Why: "Being installed, tested and assessed before it is authorised to run: verification.", Gives: sys{Stage: register.StageVerification}, Spellings: []string{"Implementation and Assessment"}},
			{Is: "operation", Why: "In use.", Gives: sys{Stage: register.StageOperation}, Spellings: []string{"Operation and Maintenance", "In production", "In mission"}},
			{Is: "retired", Why: "Out of use.", Gives: sys{Stage: register.StageRetirement}, Spellings: []string{"Retired"}},
			{Is: "complete", Why: "The project has ended and nothing is in use.", Gives: sys{Stage: register.StageRetirement}, Spellings: []string{"Research or Administrative Action Complete"}},
		},
	},
	{
		Header: "Is the AI use case rights-impacting, safety-impacting, both, or neither?", Label: labelImpact,
		Answers: []answer{
			open("Case-by-case assessment"),
			{Is: "too-new", Why: "Not determined yet, so that the effect stays open.", Spellings: []string{
				"No, use case is too new to fully assess impacts; will be reassessed before end of initiation stage",
				"No, use case is too new to fully assess impacts; will be reassessed before end of acquisition and development stage",
			}},
			{Is: "rights", Why: "By M-24-10, section 6: a principal basis for a decision with a legal, material, binding or similarly significant effect. Which of them is not said, so both effects stand.",
				Gives: sys{Effects: effects{register.EffectLegal, register.EffectSignificant}}, Spellings: []string{"Rights-Impacting"}},
			{Is: "safety", Why: "By M-24-10, section 6: it bears on human life, well-being, climate, critical infrastructure or strategic assets.",
				Gives: sys{Effects: effects{register.EffectSafety}}, Spellings: []string{"Safety-Impacting"}},
			{Is: "both", Why: "Rights-impacting and safety-impacting.",
				Gives: sys{Effects: effects{register.EffectLegal, register.EffectSignificant, register.EffectSafety}}, Spellings: []string{"Both"}},
			{Is: "neither", Why: "The agency denies the grave effects; of the two that remain, none and convenience, the graver stands.",
				Gives: sys{Effects: effects{register.EffectConvenience}}, Spellings: []string{"Neither"}},
		},
	},
	{
		Header: headDeveloped, Label: "developed",
		Answers: []answer{
			open("N/A", "Data not reported by submitter and will be updated once additional information is collected"),
			{Is: developedInHouse, Why: "Who develops a system and puts it into service is its provider too.", Gives: sys{Roles: []register.AIRole{register.RoleProvider}},
				Spellings: []string{"Developed in-house", "No contract/external resources used in development"}},
			{Is: developedBoth, Why: "Who develops a system and puts it into service is its provider too.", Gives: sys{Roles: []register.AIRole{register.RoleProvider}},
				Spellings: []string{"Developed with both contracting and in-house resources", "Developed with a combination of in-house and contract/external resources"}},
			labelled("contract", "Developed by others; whether for the agency alone or as a product is not said.",
				"Developed with contracting resources", "Exclusively developed with contract/external resources"),
		},
	},
	{
		Header: "Is this AI use case supporting a High-Impact Service Provider (HISP) public-facing service?", Label: "hisp",
		Answers: []answer{
			open("N/A"),
			{Is: "yes", Why: "It supports a service to the public; that does not say that the public meets it.", Gives: sys{Domains: domains{register.DomainPublicService}}, Spellings: []string{"Yes"}},
			labelled("no", "It says nothing of other services.", "No"),
		},
	},
	{
		Header: "Does this AI use case disseminate information to the public?", Label: "public_information",
		Answers: []answer{
			open("N/A"),
			{Is: "yes", Why: "Its output reaches the public.", Gives: sys{Interacts: audiences{register.AudiencePublic}, Affected: []string{"public"}}, Spellings: []string{"Yes"}},
			labelled("no", "It does not say who else meets it.", "No"),
		},
	},
	{
		Header: "Does this AI use case involve personally identifiable information (PII) that is maintained by the agency?", Label: "pii",
		Answers: []answer{
			open("N/A"),
			{Is: "yes", Why: "Personal data, of which kind is not said; the people in it are affected.", Gives: sys{Data: category{register.DataPersonal}, Affected: []string{"data-subject"}}, Spellings: []string{"Yes"}},
			labelled("no", "It denies one category, as far as the agency maintains it; what else the system holds stays open.", "No"),
		},
	},
	{
		Header: "Has the Senior Agency Official for Privacy (SAOP) assessed the privacy risks associated with this AI use case?", Label: "privacy_review",
		Answers: []answer{open("N/A"), labelled("yes", whyOwnSays, "Yes"), labelled("no", whyOwnSays, "No")},
	},
	{
		Header: "Is there available documentation for the model training and evaluation data that demonstrates the degree to which it is appropriate to be used in analysis or for making predictions?", Label: "data_documentation", Head: true,
		Answers: []answer{
			open("N/A", "NA", "Not Applicable", "Data not reported by submitter and will be updated once additional information is collected"),
			labelled("missing", whyOwnSays, "Documentation is missing or not available", "No"),
			labelled("partial", whyOwnSays, "Documentation has been partially completed", "Documentation has been partially complete"),
			labelled("complete", whyOwnSays, "Documentation is complete"),
			labelled("wide", whyOwnSays, "Documentation is widely available"),
			labelled("some", "There is documentation; how much is not said.", "Yes", "Documentation is available",
				"The data is public facing and documented in www.travel.state.gov", "Application source code and documentation"),
		},
	},
	{
		Header: "Which, if any, demographic variables does the AI use case explicitly use as model features?", Label: "demographics", Several: ",;\n",
		Answers: []answer{
			open("N/A", "Disclosing this information may impede the agency's ability to effectively combat fraud"),
			labelled("none", "No such variable as a feature; it does not say that the data holds nothing personal.", "None"),
			labelled("other", "A variable outside the form's list, or none at all: many who answered so explained that they use none.", "Other"),
			{Is: "some", Why: "Some variable on people; which is not said.", Gives: sys{Data: category{register.DataPersonal}}, Spellings: []string{"Yes"}},
			{Is: "race", Why: "Origin is a special category of personal data.", Gives: sys{Data: category{register.DataPersonal, register.DataSpecial}, Affected: []string{"minority"}},
				Spellings: []string{"Race/Ethnicity", "Race"}},
			{Is: "sex", Why: "A personal feature along which outcomes differ.", Gives: sys{Data: category{register.DataPersonal}, Affected: []string{"gender"}},
				Spellings: []string{"Sex/Gender", "Gender/Sex", "Sex", "Gender"}},
			{Is: "age", Why: "A personal feature along which outcomes differ; the old are exposed first.", Gives: sys{Data: category{register.DataPersonal}, Affected: []string{"older"}},
				Spellings: []string{"Age"}},
			{Is: "sex, age", Why: "Two features in one phrase; see each.", Gives: sys{Data: category{register.DataPersonal}, Affected: []string{"gender", "older"}},
				Spellings: []string{"Age and Sex/Gender"}},
			{Is: "ability", Why: "Disability is health data.", Gives: sys{Data: category{register.DataPersonal, register.DataHealth}, Affected: []string{"disabled"}},
				Spellings: []string{"Ability Status", "Disability Status"}},
			{Is: "hiv", Why: "A diagnosis is health data.", Gives: sys{Data: category{register.DataPersonal, register.DataHealth}, Affected: []string{"patient"}},
				Spellings: []string{"HIV positive individuals"}},
			{Is: "religion", Why: "Religion is a special category of personal data.", Gives: sys{Data: category{register.DataPersonal, register.DataSpecial}, Affected: []string{"minority"}},
				Spellings: []string{"Religious Affiliation"}},
			{Is: "income", Why: "Financial data; the poor are exposed first.", Gives: sys{Data: category{register.DataPersonal, register.DataFinancial}, Affected: []string{"low-income"}},
				Spellings: []string{"Socioeconomic Status", "Income", "Family income", "Earnings"}},
			{Is: "employment", Why: "Employment data.", Gives: sys{Data: category{register.DataPersonal, register.DataEmployment}},
				Spellings: []string{"Employment Status", "Class of worker"}},
			{Is: "wages", Why: "Employment and financial data.", Gives: sys{Data: category{register.DataPersonal, register.DataEmployment, register.DataFinancial}},
				Spellings: []string{"Wages (Employment Status)"}},
			{Is: "residency", Why: "Legal residence is what migrants are told apart by.", Gives: sys{Data: category{register.DataPersonal}, Affected: []string{"migrant"}},
				Spellings: []string{"Residency Status"}},
			{Is: "circumstances", Why: "A personal feature.", Gives: sys{Data: category{register.DataPersonal}},
				Spellings: []string{"Marital Status", "Family structure", "Education", "Urbanicity"}},
			labelled("sampling-unit", "A unit of a survey, not a feature of a person.", "Primary sampling unit"),
		},
	},
	{
		// Custom code bears on how far the agency builds; see derive.go.
		Header: headCustomCode, Label: "custom_code",
		Answers: []answer{open("N/A", "Not Applicable"), labelled("yes", "Some code is the agency's or its contractor's; whether a model was trained is not said.", "Yes"), labelled("no", "No code of its own; see derive.go.", "No")},
	},
	{
		Header: "Does the agency have access to the code associated with the AI use case?", Label: "code_access",
		Answers: []answer{
			open("N/A", "Not Applicable"),
			labelled("public", whyNoRoom, "Yes – source code is publicly available"),
			labelled("agency", whyNoRoom, "Yes – agency has access to source code, but it is not public"),
			labelled("yes", "Access; whether the code is public is not said.", "Yes"),
			labelled("no", whyNoRoom, "No – agency does not have access to source code"),
		},
	},
	{
		Header: "Does this AI use case have an associated Authority to Operate (ATO) for an AI system?", Label: "ato",
		Answers: []answer{
			open("N/A", "Not Applicable"),
			labelled("yes", whyOwnSays, "Yes", "Operated in an approved enclave", "Data.State-SBU"),
			labelled("no", whyOwnSays, "No", "No. Engineering Review and Resease instead"),
		},
	},
	{
		Header: "Has your agency requested an extension to implement the minimum risk management practices for this AI use case?", Label: "extension",
		Answers: []answer{
			open("N/A", "Not Applicable"),
			labelled("yes", whyOwnSays, "Yes – Agency requested an extension for this use case", "Yes"),
			labelled("no", whyOwnSays, "No – Agency did not request an extension for this use case", "No", "No - Use Case is not Rights or Safety impacting, section 5 does not apply"),
		},
	},
	{
		Header: "Has an AI impact assessment been conducted for this AI use case?", Label: labelAssessed,
		Answers: []answer{
			open("N/A", "Not Applicable"),
			labelled("yes", whyOwnSays, "Yes"),
			labelled("planned", whyOwnSays, "Planned or in-progress"),
			labelled("no", whyOwnSays, "No"),
			labelled("waived", whyWaived, "Agency CAIO has waived this minimum practice and reported such waiver to OMB"),
		},
	},
	{
		Header: "Has the AI use case been tested in operational or real-world environments to understand the performance and impact it may have on affected individuals or communities?", Label: "testing", Head: true,
		Answers: []answer{
			open("N/A", "Not Applicable"),
			labelled("none", whyOwnSays, "No testing"),
			labelled("benchmark", whyOwnSays, "Benchmark evaluation"),
			labelled("performance", whyOwnSays, "Performance evaluation in operational environment"),
			labelled("impact", whyOwnSays, "Impact evaluation in operational environment"),
			labelled("some", "Tested; how far is not said.", "Yes"),
			labelled("waived", whyWaived, "Agency CAIO has waived this minimum practice and reported such waiver to OMB"),
		},
	},
	{
		Header: "Has an independent evaluation of the AI use case been conducted?", Label: "independent_evaluation",
		Answers: []answer{
			open("N/A", "Not Applicable", "AI is not safety or rights-impacting", "Does not apply, use case is neither safety or rights impacting"),
			labelled("planned", whyOwnSays, "Planned or in-progress"),
			labelled("caio", whyOwnSays, "Yes – by the CAIO"),
			labelled("board", whyOwnSays, "Yes – by an agency AI oversight board not directly involved in the system's development"),
			labelled("office", whyOwnSays, "Yes – by another appropriate agency office that was not directly involved in the system's development"),
			labelled("yes", "Evaluated; by whom is not said.", "TRUE", "Yes"),
			labelled("waived", whyWaived, "Agency CAIO has waived this minimum practice and reported such waiver to OMB"),
		},
	},
	{
		Header: "Is there a process to monitor performance of the AI system's functionality and changes to its impact on rights or safety as part of the post-deployment plan for the AI use case?", Label: labelMonitored, Head: true,
		Answers: []answer{
			open("N/A", "Not Applicable", "AI is not safety or rights-impacting"),
			labelled("none", whyOwnSays, "No monitoring protocols have been established"),
			labelled("manual", whyOwnSays, "Intermittent and Manually Updated"),
			labelled("automated", whyOwnSays, "Automated and Regularly Scheduled Updates"),
			labelled("operations", whyOwnSays, "Established Process of Machine Learning Operations"),
			labelled("planned", whyOwnSays, "use case is not safety impacting or rights impacting; however, a monitoring process for AI performance is under development"),
		},
	},
	{
		Header: "For this particular use case, can the AI carry out a decision or action without direct human involvement that could result in a significant impact on rights or safety?", Label: "automated",
		Answers: []answer{
			open("N/A", "Not Applicable", "AI is not safety or rights-impacting"),
			{Is: "yes", Why: "It acts before any person looks.", Gives: sys{Autonomy: register.AutonomyAutomated},
				Spellings: []string{"Yes - All individual decisions or actions are automated and may be rendered without direct human interaction"}},
			{Is: "fail-safe", Why: "Nobody can step in at once: it acts before any person looks.", Gives: sys{Autonomy: register.AutonomyAutomated},
				Spellings: []string{
					"Other – Immediate human intervention is not practicable; however, an appropriate fail-safe has been implemented",
					"use case does not impact safety or rights; however – Other, Immediate human intervention is not practicable; however, an appropriate fail-safe has been implemented",
				}},
			{Is: "no", Why: "Some decisions need a person, so some may not: it acts, and a person can stop it.", Gives: sys{Autonomy: register.AutonomySupervised},
				Spellings: []string{"No - Some individual decisions or actions require direct human oversight"}},
		},
	},
	{
		Header: "How is the agency providing reasonable and timely notice regarding the use of AI when people interact with an AI-enabled service as a result of this AI use case?", Label: "notice", Several: ",",
		Answers: []answer{
			open("N/A", "Not Applicable", "None of the above", "AI is not safety or rights-impacting"),
			labelled("other", "Whether people meet it is not said.", "Other", "if other please explain in next question"),
			{Is: "nobody-interacts", Why: "It says so.", Gives: sys{Direct: register.No}, Spellings: []string{"N/A - individuals are not interacting with the AI for this use case"}},
			{Is: "online", Why: "People who meet it are told.", Gives: sys{Direct: register.Yes},
				Spellings: []string{"Online - in the terms or instructions for the service", "Online - in the terms or instruction for the service"}},
			{Is: "email", Why: "People who meet it are told.", Gives: sys{Direct: register.Yes}, Spellings: []string{"Email"}},
			{Is: "in-person", Why: "People who meet it are told.", Gives: sys{Direct: register.Yes}, Spellings: []string{"In-person", "In person"}},
			{Is: "mail", Why: "People who meet it are told.", Gives: sys{Direct: register.Yes}, Spellings: []string{"Mail"}},
			{Is: "telephone", Why: "People who meet it are told.", Gives: sys{Direct: register.Yes}, Spellings: []string{"Telephone"}},
			labelled("waived", whyWaived, "Agency CAIO has waived this minimum practice and reported such waiver to OMB"),
		},
	},
	{
		Header: "Is the AI used to significantly influence or inform decisions or actions that could have an adverse or negative impact on specific individuals or groups?", Label: "adverse",
		Answers: []answer{
			open("N/A", "Not Applicable"),
			{Is: "yes", Why: "It says so: a significant effect on persons.", Gives: sys{Effects: effects{register.EffectSignificant}, Affected: []string{"subject"}}, Spellings: []string{"Yes"}},
			labelled("no", "It denies adverse decisions, not every effect; what was said of rights and safety stands.", "No"),
		},
	},
	{
		Header: "What steps has the agency taken to consult and incorporate feedback from groups affected by this AI use case?", Label: "consulted", Several: ",\n",
		Answers: []answer{
			open("N/A", "Not Applicable", "N/A - no demographic information used", "N/A; COTS tool used for code conversion, no individual's information is input into a model"),
			labelled("none", whyOwnSays, "None of the above"),
			labelled("other", whyOwnSays, "Other"),
			labelled("user-testing", whyOwnSays, "Direct user testing"),
			labelled("comments", whyOwnSays, "General solicitations of comments from the public"),
			labelled("customer-feedback", whyOwnSays, "Post-transaction customer feedback collections", "Post transaction customer feedback collections"),
			labelled("hearings", whyOwnSays, "Public hearings or meetings"),
			labelled("labor", whyOwnSays, "Outreach to relevant labor organizations"),
			labelled("waived", whyWaived, "Agency CAIO has waived this minimum practice and reported such waiver to OMB"),
		},
	},
	{
		Header: "Is there an established fallback and escalation process for this AI use case in the event that an impacted individual or group would like to appeal or contest the AI system's outcome?", Label: "appeal",
		Answers: []answer{
			open("N/A", "Not Applicable", "N/A; COTS tool used for code conversion, no individual's information is input into a model"),
			{Is: "yes", Why: "It says so.", Gives: sys{Contest: register.Yes}, Spellings: []string{"Yes"}},
			{Is: "not-practical", Why: "There is no way to challenge an outcome.", Gives: sys{Contest: register.No},
				Spellings: []string{"No – it is not operationally practical to offer this", "No – it is not operationally practical to offer this. (Please explain.)"}},
			{Is: "precluded", Why: "There is no way to challenge an outcome.", Gives: sys{Contest: register.No},
				Spellings: []string{
					"No – Law, operational limitations, or governmentwide guidance precludes an opportunity for an individual to appeal",
					"No – Law, operational limitations, or governmentwide guidance precludes an opportunity for an individual to appeal. (Please explain.)",
				}},
			{Is: "waived", Why: whyWaived, Gives: sys{Contest: register.No},
				Spellings: []string{"Agency CAIO has waived this minimum practice and reported such waiver to OMB"}},
		},
	},
	{
		Header: "Where practicable and consistent with applicable law and governmentwide policy, is there an established mechanism for individuals to opt-out from the AI functionality in favor of a human alternative?", Label: "opt_out",
		Answers: []answer{
			open("N/A", "Not Applicable", "N/A; COTS tool used for code conversion, no individual's information is input into a model"),
			labelled("yes", whyNoRoom, "Yes"),
			labelled("other", whyNoRoom, "Other"),
			labelled("exempt", whyNoRoom, "No – This AI use case is not subject to the opt-out requirement because the AI functionality is solely used for the prevention, detection, and investigation of fraud or cybersecurity incidents, or the conduct of a criminal investigation"),
			labelled("restricted", whyNoRoom, "No – There is law or governmentwide guidance that restricts opt-out for this context"),
			labelled("waived", whyWaived, "Agency CAIO has waived this minimum practice and reported such waiver to OMB"),
		},
	},
}
