package aimshttp

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// VerbInfo is a verb that Server.Verb runs.
type VerbInfo struct {
	// Kind is the kind of the record that it is about, Name what stands for it in the
	// path: the first word of Method.
	Kind aims.Kind `json:"kind"`
	Name string    `json:"name"`
	// Method names the method of aims.Tx, as the trail does.
	Method string `json:"method"`
	// New returns a pointer to its zero arguments, as the body holds them.
	New func() any `json:"-"`

	run func(tx *aims.Tx, id string, args any) error
}

// verb is a row of the table. The arguments are what the method takes beside the
// record's ID.
func verb[A any](kind aims.Kind, method string, run func(tx *aims.Tx, id string, a *A) error) VerbInfo {
	end := strings.IndexFunc(method[1:], unicode.IsUpper) + 1
	return VerbInfo{kind, strings.ToLower(method[:end]), method, func() any { return new(A) },
		func(tx *aims.Tx, id string, args any) error { return run(tx, id, args.(*A)) }}
}

// The arguments that several verbs take.
type (
	none   struct{}
	review struct {
		ReviewDue calendar.Date `json:"review_due"`
	}
	stage struct {
		To register.Stage `json:"to"`
	}
	end struct {
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}
	because struct {
		Reason string `json:"reason"`
	}
	assignee struct {
		Person string `json:"person"`
	}
)

// confirms is the row of ConfirmPart for a kind whose records name persons.
func confirms(kind aims.Kind) VerbInfo {
	return verb(kind, "ConfirmPart", func(tx *aims.Tx, id string, _ *none) error { return tx.ConfirmPart(aims.Subject{Kind: kind, ID: id}) })
}

// verbs are the verbs of aims.Tx that take a record's ID and what JSON can say.
var verbs = []VerbInfo{
	verb(aims.KindAssessment, "AssignAssessment", func(tx *aims.Tx, id string, a *assignee) error { return tx.AssignAssessment(id, a.Person) }),
	verb(aims.KindAssessment, "AttachQuestionnaire", func(tx *aims.Tx, id string, a *struct {
		Questionnaire impact.QuestionnaireResult `json:"questionnaire"`
	}) error {
		return tx.AttachQuestionnaire(id, a.Questionnaire)
	}),
	verb(aims.KindAssessment, "ApplyTemplate", func(tx *aims.Tx, id string, a *struct {
		Template impact.Template `json:"template"`
	}) error {
		return tx.ApplyTemplate(id, a.Template)
	}),
	verb(aims.KindAssessment, "ReuseAssessment", func(tx *aims.Tx, id string, a *struct {
		From string `json:"from"`
	}) error {
		return tx.ReuseAssessment(id, a.From)
	}),
	verb(aims.KindAssessment, "CommentAssessment", func(tx *aims.Tx, id string, a *struct {
		Comment impact.Comment `json:"comment"`
	}) error {
		return tx.CommentAssessment(id, a.Comment)
	}),
	verb(aims.KindAssessment, "AnswerComment", func(tx *aims.Tx, id string, a *struct {
		N      int    `json:"n"`
		Answer string `json:"answer"`
	}) error {
		return tx.AnswerComment(id, a.N, a.Answer)
	}),
	verb(aims.KindAssessment, "GroupAssessments", func(tx *aims.Tx, id string, a *struct {
		Members []string `json:"members"`
	}) error {
		return tx.GroupAssessments(id, a.Members...)
	}),
	verb(aims.KindAssessment, "UngroupAssessment", func(tx *aims.Tx, id string, _ *none) error { return tx.UngroupAssessment(id) }),
	verb(aims.KindAssessment, "SubmitAssessment", func(tx *aims.Tx, id string, _ *none) error { return tx.SubmitAssessment(id) }),
	verb(aims.KindAssessment, "DeclareConflict", func(tx *aims.Tx, id string, a *struct {
		What string `json:"what"`
	}) error {
		return tx.DeclareConflict(id, a.What)
	}),
	verb(aims.KindAssessment, "DelegateSignature", func(tx *aims.Tx, id string, a *struct {
		Role   string        `json:"role"`
		To     string        `json:"to"`
		Reason string        `json:"reason"`
		Until  calendar.Date `json:"until"`
	}) error {
		return tx.DelegateSignature(id, a.Role, a.To, a.Reason, a.Until)
	}),
	verb(aims.KindAssessment, "ApproveAssessment", func(tx *aims.Tx, id string, a *struct {
		Role       string                     `json:"role"`
		Conditions []impact.ApprovalCondition `json:"conditions"`
	}) error {
		return tx.ApproveAssessment(id, a.Role, a.Conditions...)
	}),
	verb(aims.KindAssessment, "ReturnAssessment", func(tx *aims.Tx, id string, a *struct {
		Reasons []string `json:"reasons"`
	}) error {
		return tx.ReturnAssessment(id, a.Reasons...)
	}),
	verb(aims.KindAssessment, "StopAssessment", func(tx *aims.Tx, id string, a *because) error { return tx.StopAssessment(id, a.Reason) }),
	verb(aims.KindAssessment, "MeetCondition", func(tx *aims.Tx, id string, a *struct {
		N    int    `json:"n"`
		Note string `json:"note"`
	}) error {
		return tx.MeetCondition(id, a.N, a.Note)
	}),
	verb(aims.KindAssessment, "ConfirmAssessment", func(tx *aims.Tx, id string, a *struct {
		Role         string              `json:"role"`
		Confirmation impact.Confirmation `json:"confirmation"`
	}) error {
		return tx.ConfirmAssessment(id, a.Role, a.Confirmation)
	}),
	verb(aims.KindAssessment, "PublishAssessment", func(tx *aims.Tx, id string, a *struct {
		Withheld []impact.Withheld `json:"withheld"`
	}) error {
		return tx.PublishAssessment(id, a.Withheld...)
	}),
	verb(aims.KindAudit, "DrawAuditSample", func(tx *aims.Tx, id string, a *struct {
		Seed string `json:"seed"`
	}) error {
		return tx.DrawAuditSample(id, a.Seed)
	}),
	verb(aims.KindAudit, "ExamineAudit", func(tx *aims.Tx, id string, a *struct {
		Items []aims.AuditItem `json:"items"`
	}) error {
		return tx.ExamineAudit(id, a.Items...)
	}),
	verb(aims.KindAudit, "CloseAudit", func(tx *aims.Tx, id string, a *struct {
		Conclusion string   `json:"conclusion"`
		ReportedTo []string `json:"reported_to"`
	}) error {
		return tx.CloseAudit(id, a.Conclusion, a.ReportedTo)
	}),
	confirms(aims.KindAudit),
	verb(aims.KindAudit, "PostponeAudit", func(tx *aims.Tx, id string, a *struct {
		To     calendar.Date `json:"to"`
		Reason string        `json:"reason"`
	}) error {
		return tx.PostponeAudit(id, a.To, a.Reason)
	}),
	verb(aims.KindCertificate, "MoveCertificate", func(tx *aims.Tx, id string, a *struct {
		To aims.CertState `json:"to"`
		On calendar.Date  `json:"on"`
	}) error {
		return tx.MoveCertificate(id, a.To, a.On)
	}),
	verb(aims.KindCertificate, "SuspendCertificate", func(tx *aims.Tx, id string, a *struct {
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}) error {
		return tx.SuspendCertificate(id, a.On, a.Reason)
	}),
	verb(aims.KindCertificate, "ChangeCertificateScope", func(tx *aims.Tx, id string, a *struct {
		Decision aims.ScopeDecision `json:"decision"`
	}) error {
		return tx.ChangeCertificateScope(id, a.Decision)
	}),
	verb(aims.KindCertificate, "TransferCertificate", func(tx *aims.Tx, id string, a *struct {
		On     calendar.Date `json:"on"`
		Review string        `json:"review"`
	}) error {
		return tx.TransferCertificate(id, a.On, a.Review)
	}),
	verb(aims.KindCertificate, "RecordSpecialAudit", func(tx *aims.Tx, id string, a *struct {
		Audit aims.SpecialAudit `json:"audit"`
	}) error {
		return tx.RecordSpecialAudit(id, a.Audit)
	}),
	verb(aims.KindCertificate, "NoteAppeal", func(tx *aims.Tx, id string, a *struct {
		Appeal aims.Appeal `json:"appeal"`
	}) error {
		return tx.NoteAppeal(id, a.Appeal)
	}),
	verb(aims.KindCertificate, "TellBody", func(tx *aims.Tx, id string, a *struct {
		Notice aims.BodyNotice `json:"notice"`
	}) error {
		return tx.TellBody(id, a.Notice)
	}),
	confirms(aims.KindConcern),
	verb(aims.KindConcern, "AnswerConcern", func(tx *aims.Tx, id string, a *struct {
		Answer string `json:"answer"`
	}) error {
		return tx.AnswerConcern(id, a.Answer)
	}),
	verb(aims.KindSweep, "AttestNoAI", func(tx *aims.Tx, id string, a *struct {
		Says string `json:"says"`
	}) error {
		return tx.AttestNoAI(id, a.Says)
	}),
	verb(aims.KindChannel, "TryChannel", func(tx *aims.Tx, id string, a *struct {
		Trial aims.ChannelTrial `json:"trial"`
	}) error {
		return tx.TryChannel(id, a.Trial)
	}),
	verb(aims.KindPublicClaim, "ReviewPublicClaim", func(tx *aims.Tx, id string, a *struct {
		Review aims.ClaimReview `json:"review"`
	}) error {
		return tx.ReviewPublicClaim(id, a.Review)
	}),
	verb(aims.KindPublicClaim, "EndPublicClaim", func(tx *aims.Tx, id string, a *struct {
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}) error {
		return tx.EndPublicClaim(id, a.On, a.Reason)
	}),
	verb(aims.KindCriteria, "ApproveCriteria", func(tx *aims.Tx, id string, a *review) error { return tx.ApproveCriteria(id, a.ReviewDue) }),
	verb(aims.KindDataset, "MeasureDataset", func(tx *aims.Tx, id string, a *struct {
		Result aims.QualityResult `json:"result"`
	}) error {
		return tx.MeasureDataset(id, a.Result)
	}),
	verb(aims.KindDeployment, "ReleaseDeployment", func(tx *aims.Tx, id string, a *struct {
		LiveOn calendar.Date `json:"live_on"`
	}) error {
		return tx.ReleaseDeployment(id, a.LiveOn)
	}),
	verb(aims.KindDeployment, "ReviewDeployment", func(tx *aims.Tx, id string, a *struct {
		Review aims.DeploymentReview `json:"review"`
	}) error {
		return tx.ReviewDeployment(id, a.Review)
	}),
	verb(aims.KindDeployment, "TakeBackDeployment", func(tx *aims.Tx, id string, a *struct {
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}) error {
		return tx.TakeBackDeployment(id, a.On, a.Reason)
	}),
	verb(aims.KindRetirement, "DecideRetirement", func(tx *aims.Tx, id string, _ *none) error { return tx.DecideRetirement(id) }),
	verb(aims.KindRetirement, "TellRetirement", func(tx *aims.Tx, id string, a *struct {
		To  aims.RetirementAudience `json:"to"`
		On  calendar.Date           `json:"on"`
		How string                  `json:"how"`
	}) error {
		return tx.TellRetirement(id, a.To, a.On, a.How)
	}),
	verb(aims.KindRetirement, "SettleRetirement", func(tx *aims.Tx, id string, a *struct {
		Remain aims.Remain `json:"remain"`
	}) error {
		return tx.SettleRetirement(id, a.Remain)
	}),
	verb(aims.KindRetirement, "CloseRetirement", func(tx *aims.Tx, id string, a *struct {
		Closing aims.RetirementClosing `json:"closing"`
	}) error {
		return tx.CloseRetirement(id, a.Closing)
	}),
	verb(aims.KindRetirement, "DropRetirement", func(tx *aims.Tx, id string, a *because) error { return tx.DropRetirement(id, a.Reason) }),
	verb(aims.KindUseRules, "ApproveUseRules", func(tx *aims.Tx, id string, _ *none) error { return tx.ApproveUseRules(id) }),
	verb(aims.KindUseRules, "AcceptUseRules", func(tx *aims.Tx, id string, _ *none) error { return tx.AcceptUseRules(id) }),
	verb(aims.KindUseRules, "CountUseRules", func(tx *aims.Tx, id string, a *struct {
		Count aims.UseCount `json:"count"`
	}) error {
		return tx.CountUseRules(id, a.Count)
	}),
	verb(aims.KindUseRules, "CompareUse", func(tx *aims.Tx, id string, a *struct {
		Comparison aims.UseComparison `json:"comparison"`
	}) error {
		return tx.CompareUse(id, a.Comparison)
	}),
	verb(aims.KindSystemLog, "CheckLogs", func(tx *aims.Tx, id string, a *struct {
		Check aims.LogCheck `json:"check"`
	}) error {
		return tx.CheckLogs(id, a.Check)
	}),
	verb(aims.KindOpportunity, "DecideOpportunity", func(tx *aims.Tx, id string, a *struct {
		Choice aims.OpportunityChoice `json:"choice"`
		Reason string                 `json:"reason"`
	}) error {
		return tx.DecideOpportunity(id, a.Choice, a.Reason)
	}),
	verb(aims.KindOpportunity, "JudgeOpportunity", func(tx *aims.Tx, id string, a *struct {
		Worked bool   `json:"worked"`
		Seen   string `json:"seen"`
	}) error {
		return tx.JudgeOpportunity(id, a.Worked, a.Seen)
	}),
	verb(aims.KindMonitoring, "RecordMonitoring", func(tx *aims.Tx, id string, a *struct {
		Result aims.MonitoringResult `json:"result"`
	}) error {
		return tx.RecordMonitoring(id, a.Result)
	}),
	verb(aims.KindMonitoring, "EvaluateMonitoring", func(tx *aims.Tx, id string, a *struct {
		Evaluation aims.MonitoringEvaluation `json:"evaluation"`
	}) error {
		return tx.EvaluateMonitoring(id, a.Evaluation)
	}),
	verb(aims.KindResource, "NoteResourceGap", func(tx *aims.Tx, id string, a *struct {
		Gap aims.ResourceGap `json:"gap"`
	}) error {
		return tx.NoteResourceGap(id, a.Gap)
	}),
	verb(aims.KindResource, "CloseResourceGap", func(tx *aims.Tx, id string, a *struct {
		N   int    `json:"n"`
		How string `json:"how"`
	}) error {
		return tx.CloseResourceGap(id, a.N, a.How)
	}),
	verb(aims.KindResource, "ReviewResource", func(tx *aims.Tx, id string, a *struct {
		Review aims.ResourceReview `json:"review"`
	}) error {
		return tx.ReviewResource(id, a.Review)
	}),
	verb(aims.KindDocument, "ApproveDocument", func(tx *aims.Tx, id string, a *review) error { return tx.ApproveDocument(id, a.ReviewDue) }),
	verb(aims.KindDocument, "WithdrawDocument", func(tx *aims.Tx, id string, a *end) error { return tx.WithdrawDocument(id, a.On, a.Reason) }),
	verb(aims.KindScope, "WithdrawScope", func(tx *aims.Tx, id string, a *end) error { return tx.WithdrawScope(id, a.On, a.Reason) }),
	verb(aims.KindProcessMap, "WithdrawProcesses", func(tx *aims.Tx, id string, a *end) error { return tx.WithdrawProcesses(id, a.On, a.Reason) }),
	verb(aims.KindUseRules, "WithdrawUseRules", func(tx *aims.Tx, id string, a *end) error { return tx.WithdrawUseRules(id, a.On, a.Reason) }),
	verb(aims.KindDocument, "CheckEdition", func(tx *aims.Tx, id string, a *struct {
		Check aims.EditionCheck `json:"check"`
	}) error {
		return tx.CheckEdition(id, a.Check)
	}),
	verb(aims.KindCommunication, "RecordTelling", func(tx *aims.Tx, id string, a *struct {
		Telling aims.Telling `json:"telling"`
	}) error {
		return tx.RecordTelling(id, a.Telling)
	}),
	verb(aims.KindCommunication, "EndCommunication", func(tx *aims.Tx, id string, a *because) error {
		return tx.EndCommunication(id, a.Reason)
	}),
	confirms(aims.KindEvidence),
	verb(aims.KindEvidence, "JudgeEvidence", func(tx *aims.Tx, id string, a *struct {
		Quality aims.Quality `json:"quality"`
	}) error {
		return tx.JudgeEvidence(id, a.Quality)
	}),
	verb(aims.KindException, "GrantException", func(tx *aims.Tx, id string, a *struct {
		Expires calendar.Date `json:"expires"`
	}) error {
		return tx.GrantException(id, a.Expires)
	}),
	verb(aims.KindException, "ExtendException", func(tx *aims.Tx, id string, a *struct {
		Done    string        `json:"done"`
		Expires calendar.Date `json:"expires"`
	}) error {
		return tx.ExtendException(id, a.Done, a.Expires)
	}),
	verb(aims.KindException, "CloseException", func(tx *aims.Tx, id string, _ *none) error { return tx.CloseException(id) }),
	verb(aims.KindDuty, "WaiveDuty", func(tx *aims.Tx, id string, a *struct {
		Reason string        `json:"reason"`
		Until  calendar.Date `json:"until"`
	}) error {
		return tx.WaiveDuty(id, a.Reason, a.Until)
	}),
	verb(aims.KindIncident, "CloseIncident", func(tx *aims.Tx, id string, a *struct {
		Lessons string `json:"lessons"`
	}) error {
		return tx.CloseIncident(id, a.Lessons)
	}),
	verb(aims.KindHold, "ReleaseHold", func(tx *aims.Tx, id string, a *because) error { return tx.ReleaseHold(id, a.Reason) }),
	verb(aims.KindObligation, "FileReport", func(tx *aims.Tx, id string, a *struct {
		Duty   string      `json:"duty"`
		Filing aims.Filing `json:"filing"`
	}) error {
		return tx.FileReport(id, a.Duty, a.Filing)
	}),
	verb(aims.KindObligation, "PostponeReport", func(tx *aims.Tx, id string, a *struct {
		Duty   string        `json:"duty"`
		To     calendar.Date `json:"to"`
		Reason string        `json:"reason"`
	}) error {
		return tx.PostponeReport(id, a.Duty, a.To, a.Reason)
	}),
	verb(aims.KindObligation, "EndObligation", func(tx *aims.Tx, id string, a *because) error { return tx.EndObligation(id, a.Reason) }),
	verb(aims.KindObligation, "DecideEquivalence", func(tx *aims.Tx, id string, a *struct {
		Systems []string `json:"systems"`
		Reason  string   `json:"reason"`
	}) error {
		return tx.DecideEquivalence(id, a.Systems, a.Reason)
	}),
	verb(aims.KindPlannedChange, "ApproveChange", func(tx *aims.Tx, id string, _ *none) error { return tx.ApproveChange(id) }),
	verb(aims.KindPlannedChange, "CarryOutChange", func(tx *aims.Tx, id string, a *struct {
		On     calendar.Date `json:"on"`
		Result string        `json:"result"`
	}) error {
		return tx.CarryOutChange(id, a.On, a.Result)
	}),
	verb(aims.KindPlannedChange, "DropChange", func(tx *aims.Tx, id string, a *because) error { return tx.DropChange(id, a.Reason) }),
	verb(aims.KindPlannedChange, "ReviewChange", func(tx *aims.Tx, id string, a *struct {
		Review aims.ChangeReview `json:"review"`
	}) error {
		return tx.ReviewChange(id, a.Review)
	}),
	verb(aims.KindHeldCompetence, "AssessCompetence", func(tx *aims.Tx, id string, a *struct {
		Assessment aims.CompetenceAssessment `json:"assessment"`
	}) error {
		return tx.AssessCompetence(id, a.Assessment)
	}),
	verb(aims.KindGoverningBody, "NoteBriefing", func(tx *aims.Tx, id string, a *struct {
		Briefing aims.Briefing `json:"briefing"`
	}) error {
		return tx.NoteBriefing(id, a.Briefing)
	}),
	verb(aims.KindAction, "MoveAction", func(tx *aims.Tx, id string, a *struct {
		To     calendar.Date `json:"to"`
		Reason string        `json:"reason"`
	}) error {
		return tx.MoveAction(id, a.To, a.Reason)
	}),
	verb(aims.KindAction, "CompleteAction", func(tx *aims.Tx, id string, a *struct {
		On     calendar.Date `json:"on"`
		Result string        `json:"result"`
	}) error {
		return tx.CompleteAction(id, a.On, a.Result)
	}),
	verb(aims.KindAction, "CheckAction", func(tx *aims.Tx, id string, a *struct {
		Accepted bool   `json:"accepted"`
		Seen     string `json:"seen"`
	}) error {
		return tx.CheckAction(id, a.Accepted, a.Seen)
	}),
	verb(aims.KindAction, "CancelAction", func(tx *aims.Tx, id string, a *because) error { return tx.CancelAction(id, a.Reason) }),
	verb(aims.KindIncident, "RecordNotice", func(tx *aims.Tx, id string, a *struct {
		Notice aims.Notice `json:"notice"`
	}) error {
		return tx.RecordNotice(id, a.Notice)
	}),
	verb(aims.KindIncident, "RegradeIncident", func(tx *aims.Tx, id string, a *struct {
		Grade  aims.Grade `json:"grade"`
		Reason string     `json:"reason"`
	}) error {
		return tx.RegradeIncident(id, a.Grade, a.Reason)
	}),
	confirms(aims.KindNonconformity),
	verb(aims.KindNonconformity, "RegradeNonconformity", func(tx *aims.Tx, id string, a *struct {
		Severity aims.Severity `json:"severity"`
		Due      calendar.Date `json:"due"`
		Reason   string        `json:"reason"`
	}) error {
		return tx.RegradeNonconformity(id, a.Severity, a.Due, a.Reason)
	}),
	verb(aims.KindNonconformity, "ReopenNonconformity", func(tx *aims.Tx, id string, a *because) error { return tx.ReopenNonconformity(id, a.Reason) }),
	verb(aims.KindNonconformity, "CloseNonconformity", func(tx *aims.Tx, id string, a *struct {
		Effective bool   `json:"effective"`
		Note      string `json:"note"`
	}) error {
		return tx.CloseNonconformity(id, a.Effective, a.Note)
	}),
	confirms(aims.KindObjective),
	verb(aims.KindObjective, "MeasureObjective", func(tx *aims.Tx, id string, a *struct {
		Measurement aims.Measurement `json:"measurement"`
	}) error {
		return tx.MeasureObjective(id, a.Measurement)
	}),
	verb(aims.KindOrganisation, "ConfirmFounding", func(tx *aims.Tx, _ string, _ *none) error { return tx.ConfirmFounding() }),
	verb(aims.KindPolicy, "ApprovePolicy", func(tx *aims.Tx, id string, a *review) error { return tx.ApprovePolicy(id, a.ReviewDue) }),
	confirms(aims.KindReview),
	verb(aims.KindRisk, "AssessRisk", func(tx *aims.Tx, id string, a *struct {
		Assessment register.RiskAssessment `json:"assessment"`
	}) error {
		return tx.AssessRisk(id, a.Assessment)
	}),
	verb(aims.KindRisk, "AcceptRisk", func(tx *aims.Tx, id string, a *struct {
		Reason  string        `json:"reason"`
		Expires calendar.Date `json:"expires"`
	}) error {
		return tx.AcceptRisk(id, a.Reason, a.Expires)
	}),
	verb(aims.KindRole, "AssignRole", func(tx *aims.Tx, id string, a *assignee) error { return tx.AssignRole(id, a.Person) }),
	verb(aims.KindRole, "AcceptRole", func(tx *aims.Tx, id string, _ *none) error { return tx.AcceptRole(id) }),
	verb(aims.KindAuditProgramme, "AdoptAuditProgramme", func(tx *aims.Tx, id string, a *struct {
		Borne string `json:"borne"`
	}) error {
		return tx.AdoptAuditProgramme(id, a.Borne)
	}),
	verb(aims.KindProcessMap, "AdoptProcesses", func(tx *aims.Tx, id string, a *review) error { return tx.AdoptProcesses(id, a.ReviewDue) }),
	verb(aims.KindScope, "ApproveScope", func(tx *aims.Tx, id string, a *review) error { return tx.ApproveScope(id, a.ReviewDue) }),
	verb(aims.KindSupplier, "ReportSupplierEvent", func(tx *aims.Tx, id string, a *struct {
		What string `json:"what"`
	}) error {
		_, err := tx.ReportSupplierEvent(id, a.What)
		return err
	}),
	verb(aims.KindVerification, "RecordVerification", func(tx *aims.Tx, id string, a *struct {
		Report aims.VerificationReport `json:"report"`
	}) error {
		return tx.RecordVerification(id, a.Report)
	}),
	verb(aims.KindSystem, "AdvanceStage", func(tx *aims.Tx, id string, a *stage) error { return tx.AdvanceStage(id, a.To) }),
	verb(aims.KindSystem, "SignGate", func(tx *aims.Tx, id string, a *struct {
		To   register.Stage `json:"to"`
		Role string         `json:"role"`
	}) error {
		return tx.SignGate(id, a.To, a.Role)
	}),
	verb(aims.KindSystem, "RevertStage", func(tx *aims.Tx, id string, a *stage) error { return tx.RevertStage(id, a.To) }),
	verb(aims.KindSystem, "TellApart", func(tx *aims.Tx, id string, a *struct {
		From   string `json:"from"`
		Reason string `json:"reason"`
	}) error {
		return tx.TellApart(id, a.From, a.Reason)
	}),
	verb(aims.KindSystem, "ReassessSystem", func(tx *aims.Tx, id string, a *struct {
		Trigger impact.TriggerKind `json:"trigger"`
		Detail  string             `json:"detail"`
	}) error {
		return tx.ReassessSystem(id, a.Trigger, a.Detail)
	}),
}

// Verbs returns the table of the verbs that Server.Verb runs.
func Verbs() []VerbInfo { return append([]VerbInfo(nil), verbs...) }

// Verb runs the verb of {kind} that {verb} names (Verbs) on the record of {id}, with
// the body as its arguments, and answers with the record. Where If-Match is given, the
// record must be at that revision still: so nobody signs what they have not read. An
// empty body is one without arguments.
func (s *Server) Verb(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		subject := r.Subject()
		v, err := verbOf(subject.Kind, r.PathValue("verb"))
		if err != nil {
			return err
		}
		args, err := v.read(w, r)
		if err != nil {
			return err
		}
		return r.Update(w, http.StatusOK, func(tx *aims.Tx) (aims.Subject, error) {
			return subject, r.about(tx, v.Method, subject, func() error {
				return r.bound(tx, v.Method, subject, func() error { return v.run(tx, subject.ID, args) })
			})
		})
	})(w, r)
}

// read reads the arguments of a verb.
func (v *VerbInfo) read(w http.ResponseWriter, r *Request) (args any, err error) {
	body, err := r.ReadBody(w)
	if err != nil {
		return nil, err
	}
	args = v.New()
	if len(bytes.TrimSpace(body)) == 0 {
		return args, nil
	}
	return args, aims.Decode(bytes.NewReader(body), int64(len(body)), args)
}

// verbOf returns the verb of a kind.
func verbOf(kind aims.Kind, name string) (*VerbInfo, error) {
	var has []string
	for i := range verbs {
		if verbs[i].Kind != kind {
			continue
		}
		if verbs[i].Name == name {
			return &verbs[i], nil
		}
		has = append(has, verbs[i].Name)
	}
	why := errors.New("records of this kind have no verbs here")
	if len(has) > 0 {
		why = fmt.Errorf("there is no verb %q here, but %s", name, strings.Join(has, ", "))
	}
	return nil, &aims.RecordError{Kind: kind, Verb: "Verb", Err: aims.ErrNotFound, Why: why}
}
