// Package aims is an AI management system after ISO/IEC 42001:2023: the
// clauses 4 to 10 on Plan-Do-Check-Act, the register of AI systems with their
// impact assessments, the decisions on the 38 controls, evidence, objectives,
// audits, reviews, nonconformities, incidents and certification.
//
// # One door for writing
//
// A [Manager] is opened on a journal (package storage) and holds one
// organisation's management system. [Manager.Update] is the only way to write:
//
//	err := m.Update(ctx, aims.By{Actor: "ada", Reason: "onboard the credit model"}, func(tx *aims.Tx) error {
//		return tx.RegisterSystem(register.System{ID: "credit", Name: "Credit scoring", Stage: register.StageDesign})
//	})
//
// What the function writes becomes one commit, or nothing does. Each move that
// is governed is a verb of [Tx], which checks its rules: the author of an
// assessment can't approve it, an auditor can't audit own work, a life-cycle
// gate stays closed while something is missing. Registering a system, or
// changing it materially, opens its impact assessment in the same commit; no
// verb and no option turns that off.
//
// The records are those of a ledger (package storage/ledger), with one kind for
// each sort of record: [Kinds] tells of all, with the bounds of what one may hold.
// A Manager is a thin skin over that ledger; [Manager.Close] refuses further
// changes and waits, as long as its context lasts, for what is on its way.
//
// An embedder keeps records of its own in the same commits: Options.Kinds.
//
// # Verbs
//
// A verb is whole or nothing: one that returns an error has changed nothing, even
// if the function goes on. Verbs that open, draft, put or raise something create a
// record, or revise the one whose revision it carries; what is approved, accepted,
// granted, appointed, answered or closed is decided by a verb of its own, never by
// writing a field. A verb that decides is judged by what stood before the commit as
// well: what it rests on is committed first, else the error is [ErrCommitFirst].
//
// # Who may
//
// Who acts is somebody: By.Actor is the ID of a [Person] on file who is active, or of a
// [Service] that runs, which records and drafts and decides nothing. The first persons
// come on file by a founder (Options.Founder, [Founding]). The table says of each verb
// what lets one use it, and who never may whatever else they are; [Rights] is the same
// as data, [View.MayUse] asks it, a [RightError] names the rule and who would be
// allowed. It is asked of the state before the commit as well: nobody gives himself a
// right in the commit that needs it, and an appointment by somebody with a part in a
// record does not count for that record. Nor is anything gained by lending a thing to another
// while one decides on it: who has handed it on, or a system that it is about, is barred like
// its owner for as many days as he owned it, and [OwnerDays] at most; records keep who owned
// them until when (Tenures). And what goes on counting, such as an acceptance, a waiver or a
// look, does not while who decided owns the thing or such a system ([View.OwnsNow]); what
// others decided stays, whoever takes it over. Options.Rights lets an organisation's own roles
// in where no standard stands against it; Options.Authorize is the embedder's further
// lock, asked before anything is told of the record, and again with the records before
// and after.
//
// A recorder is a person or a service; an owner owns the record or the system that it
// is about; a signer holds a role that signs the assessment at its level, or has it by
// delegation, or one that signs at a gate that the system can pass next; an asker asked for
// it; named is whom the record names as having had a part in what it tells. Others are named
// by their role.
//
//	verb                    does       who may                                                   who never                    clause
//	RegisterSystem          creates    recorder                                                  -                            A.4.2
//	ReviseSystem            revises    recorder                                                  -                            8.1
//	  if it is put out of scope:
//	  ReviseSystem          decides    top-management, executive-sponsor, aims-lead              owner                        4.3
//	TellApart               decides    top-management, executive-sponsor, aims-lead              owner                        A.4.2
//	AdvanceStage            decides    owner, aims-lead                                          -                            A.6.2
//	SignGate                decides    signer                                                    -                            A.6.2
//	RevertStage             decides    owner, aims-lead                                          -                            A.6.2
//	ReassessSystem          creates    person                                                    -                            8.4
//	OpenDueAssessments      creates    recorder                                                  -                            8.4
//	ReportSupplierEvent     creates    recorder                                                  -                            A.10.3
//	PutSupplier             creates    recorder                                                  -                            A.10.2
//	AttestNoAI              decides    top-management                                            author, owner                4.3
//	PutSweep                creates    recorder                                                  -                            A.4.2
//	PutDataset              creates    recorder                                                  -                            A.7.2
//	MeasureDataset          revises    recorder                                                  -                            A.7.4
//	PlanVerification        creates    person                                                    -                            A.6.2.4
//	RecordVerification      decides    person                                                    system-owner, doer, author   A.6.2.4
//	PlanDeployment          creates    person                                                    -                            A.6.2.5
//	ReleaseDeployment       decides    named                                                     author                       A.6.2.5
//	ReviewDeployment        decides    person                                                    author                       A.6.2.5
//	TakeBackDeployment      revises    person                                                    -                            A.6.2.5
//	PlanRetirement          creates    person                                                    -                            A.6.2.6
//	DecideRetirement        decides    owner, top-management, executive-sponsor, aims-lead       author                       A.6.2.6
//	  if the system is of high impact:
//	  DecideRetirement      decides    executive-sponsor                                         author, system-owner         A.6.2.6
//	TellRetirement          revises    person                                                    -                            A.8.2
//	SettleRetirement        revises    person                                                    -                            A.7.2
//	CloseRetirement         decides    owner, aims-lead, executive-sponsor                       doer                         A.6.2.6
//	  if the system is of high impact:
//	  CloseRetirement       decides    aims-lead, executive-sponsor                              doer, system-owner           A.6.2.6
//	DropRetirement          decides    owner, top-management, executive-sponsor, aims-lead       -                            A.6.2.6
//	DraftUseRules           creates    person                                                    -                            A.9.2
//	ApproveUseRules         decides    top-management, executive-sponsor, aims-lead, policy-owner  author, owner                A.9.2
//	WithdrawUseRules        decides    owner, aims-lead                                          -                            7.5.3
//	AcceptUseRules          decides    named                                                     -                            A.9.2
//	CountUseRules           revises    recorder                                                  -                            A.9.2
//	CompareUse              decides    person                                                    owner                        A.9.4
//	DescribeLogs            creates    recorder                                                  -                            A.6.2.8
//	CheckLogs               decides    recorder                                                  author, owner, system-owner  A.6.2.8
//	PutResource             creates    recorder                                                  -                            A.4.2
//	NoteResourceGap         revises    recorder                                                  -                            7.1
//	CloseResourceGap        decides    person                                                    author, owner                7.1
//	ReviewResource          decides    person                                                    author, owner                7.1
//	AssignAssessment        revises    person                                                    -                            A.5.2
//	SaveAssessment          revises    recorder                                                  -                            A.5.3
//	AttachQuestionnaire     revises    recorder                                                  -                            A.5.3
//	ApplyTemplate           revises    recorder                                                  -                            A.5.3
//	ReuseAssessment         revises    recorder                                                  -                            A.5.3
//	CommentAssessment       revises    person                                                    -                            A.5.3
//	AnswerComment           revises    person                                                    -                            A.5.3
//	  if another's remark that blocks is settled:
//	  AnswerComment         decides    signer                                                    author                       A.5.3
//	GroupAssessments        revises    person                                                    -                            A.5.3
//	UngroupAssessment       revises    person                                                    -                            A.5.3
//	SubmitAssessment        revises    person                                                    -                            8.4
//	ReturnAssessment        decides    signer, aims-lead                                         -                            8.4
//	StopAssessment          decides    signer, top-management                                    author, system-owner         8.4
//	ApproveAssessment       decides    signer                                                    author                       8.4
//	DelegateSignature       decides    signer                                                    author                       5.3
//	DeclareConflict         revises    person                                                    -                            5.3
//	MeetCondition           decides    asker                                                     -                            8.4
//	ConfirmAssessment       decides    signer                                                    author                       8.4
//	PublishAssessment       decides    owner, signer, aims-lead                                  -                            A.8.5
//	WaiveDuty               decides    top-management, executive-sponsor, risk-approver          author, system-owner         8.4
//	PutRisk                 creates    recorder                                                  -                            6.1.2
//	AssessRisk              revises    person                                                    -                            8.2
//	AcceptRisk              decides    risk-approver                                             author, owner, system-owner  6.1.3
//	DraftCriteria           revises    person                                                    -                            6.1.1
//	ApproveCriteria         decides    top-management                                            author                       6.1.1
//	DecideControl           decides    person                                                    -                            6.1.3
//	  if it is left out:
//	  DecideControl         decides    top-management, executive-sponsor, risk-approver, aims-lead  owner                        6.1.3
//	ApproveStatement        decides    top-management, executive-sponsor, risk-approver          -                            6.1.3
//	AttachEvidence          creates    recorder                                                  -                            7.5.3
//	JudgeEvidence           decides    person                                                    owner, author                9.1
//	RecordTest              decides    person                                                    owner                        8.1
//	RequestException        creates    person                                                    -                            8.1
//	GrantException          decides    risk-approver, executive-sponsor                          asker, system-owner          8.1
//	  if the system is of high impact:
//	  GrantException        decides    executive-sponsor                                         asker, system-owner          8.1
//	ExtendException         decides    risk-approver, executive-sponsor                          asker, system-owner          8.1
//	CloseException          decides    owner, risk-approver, executive-sponsor, aims-lead        -                            8.1
//	PutOrganisation         revises    person                                                    -                            4.1
//	PutContextIssue         creates    recorder                                                  -                            4.1
//	PutInterestedParty      creates    recorder                                                  -                            4.2
//	PutObligation           creates    recorder                                                  -                            4.2
//	FileReport              revises    person                                                    -                            A.8.5
//	PostponeReport          decides    top-management, executive-sponsor, aims-lead              owner                        A.8.5
//	EndObligation           decides    top-management, executive-sponsor, aims-lead              owner                        4.2
//	DecideEquivalence       decides    top-management, executive-sponsor, aims-lead              owner                        A.8.5
//	DraftScope              creates    person                                                    -                            4.3
//	ApproveScope            decides    top-management                                            author                       4.3
//	WithdrawScope           decides    top-management                                            -                            7.5.3
//	DraftPolicy             creates    person                                                    -                            5.2
//	ApprovePolicy           decides    top-management                                            author                       5.2
//	PutPerson               creates    recorder, founder                                         -                            5.3
//	  if top management or employment changes:
//	  PutPerson             decides    top-management, executive-sponsor, founder                self                         5.3
//	PutService              creates    top-management, executive-sponsor, aims-lead, founder     -                            A.3.2
//	PutRole                 creates    top-management, executive-sponsor, aims-lead, founder     -                            5.3
//	  if the duty of who holds it changes:
//	  PutRole               decides    top-management, executive-sponsor, aims-lead, founder     self                         5.3
//	AssignRole              decides    top-management, executive-sponsor, founder, holder        -                            5.3
//	  if somebody is appointed:
//	  AssignRole            decides    top-management, executive-sponsor, founder                self                         5.3
//	AcceptRole              decides    holder                                                    -                            5.3
//	ConfirmFounding         decides    executive-sponsor                                         -                            5.3
//	PutGoverningBody        creates    top-management, executive-sponsor, aims-lead              -                            5.1
//	NoteBriefing            decides    chair                                                     -                            5.1
//	DraftProcesses          creates    person                                                    -                            4.4
//	AdoptProcesses          decides    top-management, executive-sponsor, aims-lead              author                       4.4
//	WithdrawProcesses       decides    top-management, executive-sponsor, aims-lead              -                            7.5.3
//	PutOpportunity          creates    recorder                                                  -                            6.1.1
//	DecideOpportunity       decides    top-management, executive-sponsor, aims-lead              owner                        6.1.1
//	JudgeOpportunity        decides    person                                                    owner, doer                  6.1.1
//	PutObjective            creates    person                                                    -                            6.2
//	MeasureObjective        revises    recorder                                                  -                            9.1
//	PutMonitoring           creates    recorder                                                  -                            9.1
//	  if it is measured less often, or not any more:
//	  PutMonitoring         decides    top-management, executive-sponsor, aims-lead              owner, doer                  9.1
//	RecordMonitoring        revises    recorder                                                  -                            9.1
//	EvaluateMonitoring      decides    person                                                    -                            9.1
//	DraftChange             creates    recorder                                                  -                            6.3
//	ApproveChange           decides    top-management, executive-sponsor, aims-lead              author, owner                6.3
//	CarryOutChange          decides    owner, aims-lead                                          -                            8.1
//	DropChange              decides    owner, top-management, executive-sponsor, aims-lead       -                            6.3
//	ReviewChange            decides    person                                                    author, owner, doer          8.1
//	PutCompetence           creates    top-management, executive-sponsor, aims-lead              self                         7.2
//	ClaimCompetence         creates    recorder                                                  -                            7.2
//	AssessCompetence        decides    person                                                    self                         7.2
//	DraftDocument           creates    person                                                    -                            7.5
//	ApproveDocument         decides    person                                                    author                       7.5
//	WithdrawDocument        decides    owner, aims-lead                                          -                            7.5.3
//	CheckEdition            revises    person                                                    -                            7.5.3
//	PutCommunication        creates    recorder                                                  -                            7.4
//	RecordTelling           revises    person                                                    -                            7.4
//	EndCommunication        decides    top-management, executive-sponsor, aims-lead              owner                        7.4
//	DraftAuditProgramme     creates    person                                                    -                            9.2.2
//	AdoptAuditProgramme     decides    top-management, executive-sponsor                         author                       9.2.2
//	PlanAudit               creates    internal-audit-lead, aims-lead, executive-sponsor         -                            9.2.2
//	PostponeAudit           decides    top-management, executive-sponsor                         -                            9.2.2
//	DrawAuditSample         decides    auditor                                                   -                            9.2.2
//	ExamineAudit            decides    auditor                                                   -                            9.2.2
//	CloseAudit              decides    auditor                                                   -                            9.2.2
//	HoldReview              decides    person                                                    -                            9.3
//	  if another chaired it:
//	  HoldReview            decides    top-management, executive-sponsor, aims-lead              -                            9.3
//	PutAction               creates    recorder                                                  -                            10.1
//	  if it goes to another owner:
//	  PutAction             decides    owner, asker, top-management, executive-sponsor, aims-lead  -                            10.1
//	MoveAction              decides    asker, top-management, executive-sponsor                  owner, doer                  10.1
//	CompleteAction          decides    owner                                                     -                            10.1
//	CheckAction             decides    person                                                    owner, doer                  10.2
//	CancelAction            decides    asker, top-management, executive-sponsor                  owner, doer                  10.1
//	RaiseNonconformity      creates    recorder                                                  -                            10.2
//	CorrectNonconformity    revises    person                                                    -                            10.2
//	CloseNonconformity      decides    person                                                    doer, owner                  10.2
//	RegradeNonconformity    decides    asker, internal-audit-lead, aims-lead, executive-sponsor  doer, owner                  10.2
//	ReopenNonconformity     decides    person                                                    -                            10.2
//	ReportIncident          creates    recorder                                                  -                            A.8.4
//	UpdateIncident          revises    recorder                                                  -                            A.8.4
//	RecordNotice            revises    person                                                    -                            A.8.4
//	RegradeIncident         decides    top-management, executive-sponsor, aims-lead              owner, system-owner          A.8.4
//	CloseIncident           decides    owner, aims-lead                                          -                            10.2
//	RaiseConcern            creates    recorder                                                  -                            A.3.3
//	AnswerConcern           decides    person                                                    asker, system-owner          A.3.3
//	PutChannel              creates    person                                                    -                            A.8.3
//	TryChannel              decides    person                                                    owner                        A.8.3
//	PutCertificate          creates    top-management, executive-sponsor, aims-lead              -                            -
//	MoveCertificate         decides    top-management, executive-sponsor, aims-lead              -                            -
//	SuspendCertificate      decides    top-management, executive-sponsor, aims-lead              -                            -
//	ChangeCertificateScope  decides    top-management, executive-sponsor, aims-lead              -                            -
//	TransferCertificate     decides    top-management, executive-sponsor, aims-lead              -                            -
//	RecordSpecialAudit      revises    top-management, executive-sponsor, aims-lead              -                            -
//	NoteAppeal              revises    top-management, executive-sponsor, aims-lead              -                            -
//	TellBody                revises    top-management, executive-sponsor, aims-lead              -                            -
//	PutPublicClaim          creates    recorder                                                  -                            -
//	ReviewPublicClaim       decides    person                                                    author, owner                -
//	EndPublicClaim          revises    person                                                    -                            -
//	ConfirmPart             revises    named                                                     -                            7.5.3
//	PlaceHold               decides    top-management, executive-sponsor, aims-lead              -                            7.5.3
//	ReleaseHold             decides    top-management, executive-sponsor                         -                            7.5.3
//	Withdraw                withdraws  owner, aims-lead, executive-sponsor                       -                            7.5.3
//	Erase                   erases     top-management, executive-sponsor, aims-lead              -                            7.5.3
//	Create                  creates    recorder, founder                                         -                            7.5.3
//	Patch                   revises    recorder, founder                                         -                            7.5.3
//
// # Processes
//
// A [ProcessMap] says which processes the management system has, what each takes in from
// another and gives out, who answers for it and by what it is judged (4.4). A version is
// drafted by one and adopted by another; the one before is in force until then.
//
// # Risks and opportunities
//
// A risk of the management system itself is in the register beside those of systems and names
// none ([register.Risk], Records.Where("system", "")); whether its treatment works show the
// checks of the actions that come from it, the tests of the controls that lower it, and its
// next assessment. An [Opportunity] is what the management system could gain by (6.1.1): where
// it was seen, whether it is pursued, and whether what was done about it worked, as somebody
// saw who had no part in it.
//
// # Monitoring
//
// A [Monitoring] says what is monitored, how, how often, who measures and who says what the
// results mean (9.1). A result outside its thresholds stays so, whatever they are later, until
// an action or a nonconformity answers it. What shows that an objective is reached, that a
// control works or that one system is watched is with the [Objective], the [ControlTest] and
// the [Evidence]: no fact is asked for twice.
//
// # Documents
//
// A [Document] says to whom it is given and for how long it is kept, and is approved by
// somebody who did not write it (7.5). One from outside, such as a standard, a law or a
// supplier's manual, says where it comes from and in which edition it is used; somebody looks
// each year whether that is the current one (CheckEdition). What is not used any more is
// withdrawn (WithdrawDocument), counts for nothing, and stays on file until its time is over.
// Scope, processes and rules of use are documented information too: they are under control in
// the same way ([DocumentControl]; WithdrawScope, WithdrawProcesses, WithdrawUseRules).
//
// # Communication
//
// The plan of what is told of the management system, when, to whom, how and by whom has a
// [Communication] for each row, with what was told by it (RecordTelling). What has to reach
// people and has no row is found, and so is a row whose time has passed (7.4).
//
// # Internal audit
//
// What is audited how often [View.AuditProgramme] says, by the rules of [AuditRules]. An
// [AuditProgramme] is what somebody decided of it for a time, compiled from the rules,
// drafted by one and adopted by another (9.2.2); [View.ProgrammeOutcomes] tells what became of
// it otherwise. An [Audit] says what it is to find out, against what and how before anybody
// looks, and closes when each item of its checklist has a result.
//
// # The life of a system
//
// What a system is built on is a [Dataset], shared by all that rest on it; another
// source, right or version of the data has each of them assessed. It is verified by a
// [SystemVerification]: planned first, with its criteria, and recorded by somebody who has
// no part in it. It goes live by a [Deployment], which says how it is taken back and what
// it is expected to do; a month on somebody says what it does. Each stands for evidence at
// the gates (View.Blockers). It ends by a [Retirement]: what stopping does, who is told and
// what becomes of data, model, credentials and logs, planned by one and decided by another
// before the gate opens, and closed by somebody who disposed of nothing. What has to stop at
// once goes back (RevertStage), which needs no gate. [UseRules] say how people use what runs;
// users accept each version themselves, and somebody looks at what it is used for. What it
// logs a [SystemLog] says, and somebody without a part in that looks whether it is there.
// What systems need besides data and models is a [Resource], which they may share: what of it
// is missing by when somebody notes, and somebody else closes ([View.SystemResources]).
// Who signs that a system passes a gate is an item of the gate like the others, by impact
// level: below high impact its owner, by advancing it; above, others besides, each by
// SignGate on the system as it is, before the commit in which it passes, and nobody whom the
// owner appointed. A [GatePassage] keeps what was signed; a material change or another
// assessment takes a signature back.
// An organisation adds to the gates what it asks for besides, as data ([Options].Gates): it
// only ever asks for more.
//
// # Certification
//
// A [Certificate] is what a certification body does, by the rules that bind it (ISO/IEC
// 17021-1, ISO/IEC 42006, IAF MD 2): what it was told when it was applied to, compiled from
// the register, scope and organisation ([View.CertificationApplication]); its audits, what it
// raised and whether that is dealt with before it decides; surveillance by the calendar
// year; suspension, what it covers, transfer. How the management system did over the cycle is
// compiled for the recertification ([View.CyclePerformance]), and a management review looks
// at it before. What has changed is owed to the body until it is told
// ([View.OwedToBody]); who advised or audited the organisation does not certify it
// ([View.Partialities]). What may be claimed on a day, and what not, [View.Claims] says;
// what is claimed where a [PublicClaim] says, and [View.ClaimObjections] what stands against it.
//
// # Days
//
// What is due, valid or planned "to 30 June" holds through the end of that day where the
// organisation is ([Organisation].Zone): such fields are days ([calendar.Date]), "2026-06-30"
// in JSON, and what happened at a moment is a time. [View.DayOf] says which day a moment
// falls on. How far from today a day may lie [DayBounds] says.
//
// # Reading
//
// [Manager.View] returns the state as last confirmed by the journal: immutable,
// without locks or errors. What it hands out are copies: to change one changes
// nothing else. [Manager.At] returns it as it stood at any past
// moment. [Manager.Verify] compares what is shown with the journal.
// [Manager.Trail] and [Manager.History] tell who changed what, when
// and why. [View.Findings] lists what is missing or late, as an auditor would;
// it grades what [View.Observations] yield. [View.Watch] follows a view to later ones, and
// says what began and ended. [View.Agenda] asks the same of days to come:
// what falls due, and who sees to it. [View.ReviewAgenda] is what a management review has
// before it. [View.Readiness] grades it as the certification body
// would at one of its audits. [Required] goes through the documented information that the
// standard asks for. Package aims/assurance makes of a view what customers are told.
//
// [View.For] and [Manager.For] show a reader what Options.Redact leaves of it.
//
// Records of a kind are chosen (Records.Where) and ordered ([Sorted]) by the values of
// its listings (KindInfo.Listings):
//
//	kind               listings
//	system             owner, stage, supplier, mark
//	dataset            system
//	verification       system
//	deployment         system
//	retirement         system
//	gate_passage       system
//	use_rules          system
//	system_log         system
//	resource           system
//	assessment         system, open
//	duty               system
//	risk               system
//	evidence           system, piece
//	control_test       control
//	exception          system
//	nonconformity      system
//	incident           system
//	concern            system
//	hold               record
//	obligation         system
//	planned_change     system
//	competence         role
//	held_competence    person, competence
//	action             system, owner, source, open
//
// Their values are the IDs of what they name, empty where nothing is named, and of the
// others these: stage is a [register.Stage], such as "operation"; open is "open" of an
// assessment that is not decided yet, else its state, such as "approved"
// (Where("open", "open"), over HTTP ?open=open); of an action "open", "done" or
// "cancelled". The source of an action is the kind and the ID of the record that it comes
// from, such as "audit/2026".
//
// [Page] gives a page and where the next begins, [Must] a record or an error.
//
// [Manager.Changes] tells search indexes and webhooks of each commit as it is
// published, resumable and without a queue.
//
// A change carries the revision that it was made from: read a record, change
// it, hand it back. If somebody else was faster the answer is [ErrStale].
//
// # A product on it
//
// Records of your own live in the same commits (Options.Kinds). [Tx.Create] makes a
// record of its JSON, [Tx.Patch] changes one by a merge patch, by the verbs that are
// for its kind ([VerbsOfKinds]); what is decided by other verbs they refuse. Records
// choose, page and order: Where upon Where, From, [Sorted]. [View.All] yields
// everything, View.Export writes it as JSON Lines, [Import] founds an empty journal
// with that, and says so: [View.ImportedDecisions]. [Manager.Between] yields the past
// at many moments. A [Fleet] keeps many organisations, [Query] asks all,
// Fleet.AllChanges and AllChangesFor follow all. Package aimshttp serves it over
// net/http.
//
// # Opening and erasing
//
// A store may have powers beyond the journal, which Options take. With
// Snapshots, opening reads the live records and only what was committed after, and
// [Manager.At] begins near the moment that is asked for;
// with an Eraser, [Manager.Erase] removes what was written about a person for
// good, while the chain of commits still verifies:
//
//	journal, err := file.Open("aims-data", nil)
//	m, err := aims.Open(ctx, journal, &aims.Options{Snapshots: journal, Eraser: journal})
//
// # Errors
//
// What is missing or late is a [Finding], never an error. Errors are for
// calls that can't be carried out; errors.Is tells them apart ([ErrInvalid],
// [ErrForbidden], [ErrGate], [ErrStale] and so on) and errors.As gives the
// details: [RecordError] names the record, [Issues] each field with the rule
// it breaks and the value found, [GateError] what keeps a gate closed. Of more than
// a hundred issues the last one counts the others. A verb over many records stops
// with the error of the context once that has ended. [CodeOf] gives of any error a
// word that stays the same, and the HTTP status that answers with it.
//
// # Times
//
// All times are in UTC. When something held (Collected, HeldOn) is the
// caller's to say; when it was recorded is the commit's. A limit includes its
// last moment.
package aims
