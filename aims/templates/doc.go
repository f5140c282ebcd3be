// Package templates has first drafts of what every AI management system has to have, in our
// own words, as values that one edits and hands to the verbs of package aims: policy,
// the processes and how they meet, documents of them, objectives, competences, a plan of what
// is told to whom, an audit programme.
//
// A draft says what is the same everywhere and leaves blanks, [[like this]], for what only
// the organisation can say. Blanks lists them, Fill fills them in, and no policy or document
// is approved while one is left (rule "blank"), in its text or in how people come by it: a
// template by itself is no policy.
//
//	p := templates.Policy("ai-policy-1")
//	p.Text, err = templates.Fill(p.Text, map[string]string{"organisation": "Acme", ...})
//
// They are in English; [In] has them in another language, blanks and all:
//
//	german, err := phrase.In(language.German)
//	p := templates.In(german).Policy("ki-politik-1")
//	p.Text, err = templates.Fill(p.Text, map[string]string{"Organisation": "Acme", ...})
package templates

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Blanks returns the names of the blanks that a text has, in the order in which they come,
// each once.
func Blanks(text string) []string {
	var all []string
	for name := range blanks(text) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func blanks(text string) func(yield func(name string) bool) {
	return func(yield func(string) bool) {
		for {
			_, rest, ok := strings.Cut(text, "[[")
			if !ok {
				return
			}
			name, after, ok := strings.Cut(rest, "]]")
			if !ok || !yield(name) {
				return
			}
			text = after
		}
	}
}

// Fill fills in blanks by their names. The error is issue.Issues if a word is given for a
// blank that the text does not have, or is empty; blanks of which nothing is said stay.
func Fill(text string, words map[string]string) (string, error) {
	var is issue.Issues
	known := Blanks(text)
	var pairs []string
	for _, name := range known {
		if w, ok := words[name]; ok {
			pairs = append(pairs, "[["+name+"]]", w)
		}
	}
	for name, w := range words {
		switch {
		case !slices.Contains(known, name):
			is.Add(issue.Under("words", name), "blank", name, "the text has no such blank; it has %s", strings.Join(known, ", "))
		case strings.TrimSpace(w) == "":
			is.Add(issue.Under("words", name), "required", "", "say what stands there")
		}
	}
	if err := is.Err(); err != nil {
		return text, err
	}
	return strings.NewReplacer(pairs...).Replace(text), nil
}

// Drafts are the drafts in one language; see In. The zero Drafts are in English, as the
// functions of the package are.
type Drafts struct{ in issue.Teller }

// In returns the drafts in the language of a teller, such as phrase.Phrases; nil is English.
// IDs are the same in each.
func In(in issue.Teller) Drafts { return Drafts{in} }

// say says a text of a draft.
func (d Drafts) say(text string) string {
	if text == "" {
		return ""
	}
	return issue.Tell(d.in, issue.Text{ID: text})
}

// Policy is a draft of an AI policy (5.2, A.2.2). That it frames objectives and commits to
// what it has to is true of its text as long as nobody takes it out.
func Policy(id string) aims.Policy { return Drafts{}.Policy(id) }

// Policy is the function Policy in the language of the drafts.
func (d Drafts) Policy(id string) aims.Policy {
	return aims.Policy{ID: id, Title: d.say("AI policy"), FramesObjectives: true, CommitsToRequirements: true, CommitsToImprovement: true,
		Summary: d.say("What AI is for here, what it is never for, who answers for it, and that we get better at it."),
		Text: d.say(`# AI policy of [[organisation]]

## What it is for
[[organisation]] uses AI for [[purposes]]. This policy holds for everybody who builds, buys or uses AI in its name, and for what suppliers do on its behalf.

## What guides us
- A person answers for each AI system, by name, from its first idea to its end.
- Before a system touches anybody, we find out what it can do to people, to groups and to society, and write it down. What we can't bear, we don't run.
- We say where AI is used. Who is affected can ask a human, object and be heard.
- We use data that we may use, know where it came from, and keep it no longer than it is needed.
- People who work with AI are able to, and are told what it can't do.

## What we never do
[[prohibitions]]

## What we commit to
- We meet the law of the places where we work, our contracts, and what we have promised to those concerned.
- We set ourselves objectives from these principles each year, measure them, and tell top management how they stand.
- We look for what went wrong, put it right, and make the management system better.

## Who decides
[[sponsor]] answers for this policy in top management. [[lead]] runs the management system and reports on it. Anybody who sees that this policy is not kept says so by [[channel]], also without a name, and has nothing to fear for it.

## How it goes with other policies
It was read beside [[other policies]]. Where they differ, the stricter one holds until the two owners have settled it.
`)}
}

// control is what is given to everybody inside, where people work, and kept for a while.
func (d Drafts) control() aims.DocumentControl {
	return aims.DocumentControl{Distribution: []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: d.say("[[place]]")}},
		KeepYears: 3, Disposal: d.say("It is deleted, with all copies of it.")}
}

// Documents are drafts of the documents that the standard asks for and no other record
// stands for, and of the processes that small organisations mostly lack. Each is given to
// everybody inside; how concerns are raised those hear as well whom the systems concern.
func Documents() []aims.Document { return Drafts{}.Documents() }

// Documents is the function Documents in the language of the drafts.
func (d Drafts) Documents() []aims.Document {
	doc := func(id, clause, title, text string) aims.Document {
		doc := aims.Document{ID: id, Title: d.say(title), Version: "1", Text: d.say(text), DocumentControl: d.control()}
		if id == "concerns-procedure" {
			doc.Distribution = append(doc.Distribution, aims.Distribution{To: aims.Subject{Kind: aims.KindInterestedParty}, How: d.say("[[place outside]]")})
		}
		if clause != "" {
			doc.Clause = aims.MustParseClause(clause)
		}
		return doc
	}
	return []aims.Document{
		doc("risk-criteria-process", "6.1.1", "How we plan for risks and opportunities", `Once a year, and when what we do or where we work changes, [[lead]] calls those who own systems together. They ask what could keep the management system from its aims, and what could help it; they write each down with an owner, what is done, and how it is seen that it worked. The scales by which risks are rated stand in the risk criteria, which [[risk approver]] proposes and top management approves.
`),
		doc("risk-assessment-process", "6.1.2", "How AI risks are assessed", `Every system is assessed before it is used, when it changes materially, and at least once in [[interval]]. Who owns the system names what can go wrong for people and for us, from the impact assessment first; rates likelihood and consequence on the scales in force, before and after controls; and says what it rests on. Somebody else looks at it. Two people who rate the same case from the same facts come to the same step, or the scale is mended.
`),
		doc("risk-treatment-process", "6.1.3", "How AI risks are treated", `For what exceeds the criteria we choose: not to do it, to change it, to share it, or to bear it. What changes it are controls; those of Annex A are gone through one by one, and the Statement of Applicability says why each applies or does not. The plan says who does what by when. What remains is accepted by [[risk approver]], never by who owns the system, and for a year at most.
`),
		doc("impact-assessment-process", "6.1.4", "How the impact on people is assessed", `The assessment begins when a system is registered or changes materially; nobody can skip it. [[assessors]] write it with those who know the people concerned, and hear these where the level asks for it. It says what the system is for, whom it touches, what it can do to them, for good and for ill, and what is done about it. It is signed by those whom its level names, none of them an author. What it asks for is done before the system goes on.
`),
		doc("document-control", "7.5", "How papers are kept", `A document has a title, a version, an owner and an author. Somebody other than its authors approves it. The version in force is where people work: [[place]]. It is looked at again when it says so, a year on at the latest. What it replaces is kept as long as the retention table says, and marked as no longer in force. Papers from outside that we rest on are listed with where they come from.
`),
		doc("concerns-procedure", "", "How concerns are raised and answered", `Anybody can raise a concern about an AI system or about how it is governed by [[channel]], with a name or without. Nobody looks for who raised one without. [[handler]] looks into it, answers within thirty days, and tells those who can change something. Who raises a concern in good faith has nothing to fear; who makes somebody pay for it does.
`),
		doc("incident-procedure", "", "What is done when something goes wrong", `Who sees it tells [[on call]] at once. Within a day somebody says how grave it is; what hurts people, or could, is stopped first and understood second. Those affected are told what happened and what they can do. Whom the law has told, and by when, stands with the incident. Afterwards we write down cause and lessons, assess the system anew, and change what let it happen.
`),
		doc("retirement-plan", "", "How a system is taken out of use", `Who owns the system says from when on it is used no more, what takes its place, and who depends on it. Those are told [[notice]] ahead. Accesses and keys are withdrawn. Data is kept, handed back or destroyed as its rights say, and that is written down; models likewise. Records of what it decided are kept as long as the law asks. A month on somebody looks whether it is really gone.
`),
	}
}

// Processes is a draft of the processes of a management system and of how they meet (4.4):
// the turn from plan to improvement, as most organisations run it. owner is the ID of the
// person who answers for each until somebody else does.
func Processes(owner string) aims.ProcessMap { return Drafts{}.Processes(owner) }

// Processes is the function Processes in the language of the drafts.
func (d Drafts) Processes(owner string) aims.ProcessMap {
	type input struct{ What, From string }
	process := func(id, title, clauses, does string, in []input, out, judged string) aims.Process {
		p := aims.Process{ID: id, Title: d.say(title), Does: d.say(does), Owner: owner, Outputs: strings.Split(d.say(out), "; "), Criteria: []aims.ProcessCriterion{{What: d.say(judged)}}}
		for _, i := range in {
			p.Inputs = append(p.Inputs, aims.ProcessInput{What: d.say(i.What), From: i.From})
		}
		for _, c := range strings.Fields(clauses) {
			p.Clauses = append(p.Clauses, aims.MustParseClause(c))
		}
		return p
	}
	return aims.ProcessMap{
		DocumentControl: d.control(),
		Text:            d.say("[[organisation]] plans from what its context and the assessments of its systems show, runs its systems by that plan, looks at what comes of it, and mends what is not as it should be. What the review decides is where the next turn begins."),
		Processes: []aims.Process{
			process("direct", "Setting direction", "4.1 4.2 4.3 5 6.2", "says what is in scope, what AI is for here, who answers for what, and which objectives hold for the year",
				[]input{{What: "law, contracts, and what people expect of us"}, {What: "decisions of the review", From: "review"}}, "scope; policy; roles; objectives", "scope and policy are within their review, and each role has a holder"),
			process("register", "Finding and registering AI", "8.1", "searches for AI in use, puts each system on the register and gives it an owner",
				[]input{{What: "scope", From: "direct"}, {What: "invoices, sign-on logs, and what people tell"}}, "register of AI systems", "each find is registered or dismissed within a month"),
			process("assess", "Assessing impact and risk", "6.1 8.2 8.4", "finds out what a system can do to people, society and us, and says what has to be done about it",
				[]input{{What: "systems, and changes of them", From: "register"}, {What: "risk criteria", From: "direct"}}, "impact assessments; rated risks", "nothing runs without an approved assessment that covers it"),
			process("treat", "Treating risks", "6.1.3 8.3", "chooses controls, says why each applies or does not, and carries the plan out",
				[]input{{What: "rated risks, and controls that assessments ask for", From: "assess"}}, "Statement of Applicability; treatment plan; controls in place", "no treatment is past its day, and nobody bears a risk that he has not accepted"),
			process("enable", "Enabling people", "7", "sees to it that people can do their part and know of it, that means are there, and that papers are in force where they are needed",
				[]input{{What: "roles and what they take", From: "direct"}, {What: "means that controls take", From: "treat"}}, "competent people; resources; documents in force", "each holder of a role has shown what it takes, in date"),
			process("run", "Building and running systems", "8.1 6.3", "takes systems through their life by gates, watches them, looks after suppliers, and plans changes before they are made",
				[]input{{What: "controls in place", From: "treat"}, {What: "people and means", From: "enable"}}, "systems in use; evidence; records of changes", "each system in operation has a fresh result of monitoring"),
			process("respond", "Answering concerns and incidents", "8.1 10.2", "takes in what people report, stops harm first, tells whom it concerns, and learns from it",
				[]input{{What: "concerns and reports of people"}, {What: "what is seen in operation", From: "run"}}, "answers; lessons; nonconformities", "each concern is answered, and each incident looked at, in its time"),
			process("measure", "Measuring", "9.1", "measures objectives and tests whether controls work",
				[]input{{What: "evidence", From: "run"}, {What: "objectives", From: "direct"}}, "measurements; tests of controls", "each objective is measured within its interval"),
			process("audit", "Auditing from within", "9.2", "looks, with people who have no part in it, at whether we do what we and the standard say",
				[]input{{What: "records of all processes", From: "run"}, {What: "tests that failed", From: "measure"}}, "audit reports; nonconformities", "each part is audited as often as the programme says"),
			process("review", "Management review", "9.3", "has top management look at how the management system does and decide",
				[]input{{What: "measurements", From: "measure"}, {What: "audit reports", From: "audit"}, {What: "lessons", From: "respond"}}, "decisions, each with an owner and a day", "it is held within the year, and its decisions are carried out in time"),
			process("improve", "Corrective action and improvement", "10", "finds the cause of what went wrong, takes it away, and has somebody else see that it is gone",
				[]input{{What: "nonconformities", From: "audit"}, {What: "nonconformities", From: "respond"}, {What: "decisions", From: "review"}}, "causes that are gone; changes of the management system", "no cause comes back within a year"),
		},
	}
}

// Objectives are drafts of AI objectives that can be measured from the records that are kept
// anyway (6.2). The owner, a person's ID, and the day by which they are reached are for the
// organisation to say.
func Objectives(owner string, due calendar.Date) []aims.Objective {
	return Drafts{}.Objectives(owner, due)
}

// Objectives is the function Objectives in the language of the drafts.
func (d Drafts) Objectives(owner string, due calendar.Date) []aims.Objective {
	objective := func(id, title, measure, unit string, target float64, to aims.Direction, controls ...string) aims.Objective {
		o := aims.Objective{ID: id, Title: d.say(title), Measure: d.say(measure), Unit: unit, Target: target, Direction: to, Owner: owner, Due: due}
		for _, c := range controls {
			o.Controls = append(o.Controls, annexa.MustParse(c))
		}
		return o
	}
	return []aims.Objective{
		objective("covered", "Nothing runs unassessed", "systems in use under an approved assessment, of all in use", "%", 100, aims.AtLeast, "A.5.2"),
		objective("answered", "People are answered", "concerns and objections answered within thirty days, of all raised", "%", 95, aims.AtLeast, "A.3.3"),
		objective("overseen", "People can step in", "overrides that were recorded with a reason, of all overrides", "%", 98, aims.AtLeast, "A.9.2"),
		objective("able", "Who works with AI is able to", "persons in a role who have shown what it takes, of all in a role", "%", 100, aims.AtLeast, "A.4.6"),
	}
}

// Competences are drafts of what the roles of every management system take, and of what
// everybody has to know (7.2, 7.3). owner is the ID of the person who sees to it.
func Competences(owner string) []aims.Competence { return Drafts{}.Competences(owner) }

// Competences is the function Competences in the language of the drafts.
func (d Drafts) Competences(owner string) []aims.Competence {
	skill := func(role, title, means, shown string) aims.Competence {
		return aims.Competence{ID: "able-" + role, Title: d.say(title), Kind: aims.CompetenceSkill, Means: d.say(means), ShownBy: d.say(shown), Roles: []string{role}, Months: 24, Owner: owner}
	}
	return []aims.Competence{
		skill(aims.RoleSponsor, "Leading responsibly with AI", "says what the organisation bears and what not, and decides on what the review shows", "a talk about two decisions of the year and what spoke against them"),
		skill(aims.RoleLead, "Running an AI management system", "knows what ISO/IEC 42001 asks for, and sees from the records what is missing", "a walk through the findings with somebody who has run one, or a certificate as lead implementer"),
		skill(aims.RolePolicyOwner, "Keeping a policy alive", "writes so that people act by it, and sees where practice has left it", "the last change of the policy and how people came to know of it"),
		skill(aims.RoleRiskApprover, "Judging AI risks", "rates on the scales in force, and says why a control lowers what it is said to lower", "three cases rated alone and compared with those on file"),
		skill(aims.RoleImpactApprover, "Judging impact on people", "sees whom a system touches, what it can do to them, and what an assessment left out", "an assessment read with planted gaps, most of which were found"),
		skill(aims.RoleAuditLead, "Auditing a management system", "plans from risk, asks for records, grades what is found, and audits nothing of his own", "an audit carried out under the eyes of an experienced auditor"),
		{ID: "aware", Title: d.say("Knowing of the AI policy"), Kind: aims.CompetenceAwareness, Means: d.say("knows what the policy asks of the own work, and how to raise a concern"), ShownBy: d.say("a few questions after reading it, answered alone"), Everyone: true, Months: 12, Owner: owner},
	}
}

// Communications are drafts of a plan of what is told of the management system, when, to whom
// and how (7.4): a row for each topic of which it is found if nothing is planned, and for the
// others that most organisations have. owner is the ID of the person who sees to each until
// somebody else does, since the day from which on it is done so. Who is told is a role that
// every management system has, or all of a kind of records, such as everybody inside.
func Communications(owner string, since calendar.Date) []aims.Communication {
	return Drafts{}.Communications(owner, since)
}

// Communications is the function Communications in the language of the drafts.
func (d Drafts) Communications(owner string, since calendar.Date) []aims.Communication {
	var (
		everybody = aims.Subject{Kind: aims.KindPerson}
		parties   = aims.Subject{Kind: aims.KindInterestedParty}
		suppliers = aims.Subject{Kind: aims.KindSupplier}
		sponsor   = aims.Subject{Kind: aims.KindRole, ID: aims.RoleSponsor}
		lead      = aims.Subject{Kind: aims.KindRole, ID: aims.RoleLead}
	)
	row := func(topic aims.CommunicationTopic, title, what string, days int, when, how string, with ...aims.Subject) aims.Communication {
		return aims.Communication{ID: "tell-" + strings.ReplaceAll(string(topic), "_", "-"), Title: d.say(title), Topic: topic, What: d.say(what), EveryDays: days, When: d.say(when), How: d.say(how), With: with, Owner: owner, Since: since}
	}
	return []aims.Communication{
		row(aims.CommunicationPolicy, "What our AI policy asks of us", "what the policy asks of the own work, what has changed in it, and where it can be read", 365, "a version comes into force, or somebody joins", "a message with the text, and a talk in each team", everybody),
		row(aims.CommunicationImpactResults, "What a system can do to people", "what an assessment found, for whom it concerns: what the system does, what it can do to them, what is done about it and whom they can ask", 0, "an assessment is approved, and before the system is used", "a notice in plain words, where those concerned meet the system", parties, lead),
		row(aims.CommunicationIncidents, "What went wrong", "what happened, whom it touches, what those can do, and what is done so that it does not come again", 0, "something harms people or could have; the law's own limits of time come first", "directly to those affected; within, by the channel for what is urgent", parties, everybody, sponsor),
		row(aims.CommunicationRoles, "Who answers for what", "who holds which role, who stands in, and who owns which system", 365, "a role or a system comes to somebody else", "a list that all can read, and a word to whom it concerns", everybody),
		row(aims.CommunicationObjectives, "What we want to reach", "which objectives hold for the year, how they stand, and what each team can do for them", 90, "", "figures with a sentence to each, in the round of the teams", everybody, sponsor),
		row(aims.CommunicationRisks, "What threatens us and others", "which risks stand above the criteria, who treats them by when, and what remains", 90, "a risk comes to stand above the criteria", "a short paper, and a talk about it", sponsor, lead),
		row(aims.CommunicationSystems, "What users have to know", "what a system is for, what it cannot do, how a person steps in, and where to report what goes wrong", 0, "a system or its rules of use change", "with the system itself, before it is used", everybody),
		row(aims.CommunicationChanges, "What changes in how we govern AI", "what will change, from when on, and what that asks of whom", 0, "a change is planned, and once it has been made", "a message ahead of it", everybody),
		row(aims.CommunicationOther, "What we ask of suppliers", "what we need to know of what they supply, what they have to tell us and within which time, and whom they reach here", 365, "a contract is made or renewed", "in writing, to the person whom they have named", suppliers),
	}
}

// AuditProgramme is a draft of a year of internal audits (9.2.2), one in each quarter from a
// day on: together they look at clauses 4 to 10 and at all controls of Annex A. auditors are
// the IDs of persons who have no part in what is audited; whether they have is looked at when
// an audit is planned.
func AuditProgramme(from calendar.Date, auditors ...string) []aims.Audit {
	return Drafts{}.AuditProgramme(from, auditors...)
}

// AuditProgramme is the function AuditProgramme in the language of the drafts.
func (d Drafts) AuditProgramme(from calendar.Date, auditors ...string) []aims.Audit {
	parts := []struct {
		id, title, objective string
		methods              []aims.AuditMethod
		clauses, areas       []string
	}{
		{"direction", "Direction: context, leadership, planning", "Whether top management knows what AI it answers for and steers it.", []aims.AuditMethod{aims.MethodInterview, aims.MethodDocuments}, []string{"4", "5", "6"}, []string{"A.2", "A.3"}},
		{"means", "Means: support, resources, data", "Whether people, tools and data are there, and are what the systems need.", []aims.AuditMethod{aims.MethodInterview, aims.MethodDocuments}, []string{"7"}, []string{"A.4", "A.7"}},
		{"life", "Operation: impact, life cycle, use", "Whether systems are assessed, built and run as it was decided.", []aims.AuditMethod{aims.MethodSample, aims.MethodObservation, aims.MethodTest}, []string{"8"}, []string{"A.5", "A.6", "A.9"}},
		{"learning", "Evaluation and improvement, others", "Whether what went wrong is found, mended, and does not come again.", []aims.AuditMethod{aims.MethodSample, aims.MethodDocuments}, []string{"9", "10"}, []string{"A.8", "A.10"}},
	}
	var all []aims.Audit
	for i, p := range parts {
		day := from.AddDate(0, 3*i, 0)
		a := aims.Audit{ID: "audit-" + day.Format("2006-01") + "-" + p.id, Title: d.say(p.title), Auditors: slices.Clone(auditors), PlannedFor: day,
			Objective: d.say(p.objective), Criteria: d.say("ISO/IEC 42001, our policy and our rules"), Methods: p.methods}
		for _, c := range p.clauses {
			a.Clauses = append(a.Clauses, aims.MustParseClause(c))
		}
		for _, c := range annexa.Controls() {
			if slices.Contains(p.areas, c.ID.Objective()) {
				a.Controls = append(a.Controls, c.ID)
			}
		}
		all = append(all, a)
	}
	return all
}
