// Package maturity tells how mature an AI management system is, from ML0 to
// ML3, and what to do to get further. It is a lens on aims.View: it reads what
// is on file, changes nothing, and knows no clock.
//
// # Levels
//
// ML1 "Established": what runs is registered, owned, in scope and assessed
// where it matters, and the controls are decided. ML2 "Defensible": the
// controls run with fresh evidence, audited by people with no part in them,
// reviewed by top management; what one can show to a board or a certifier. ML3
// "Sustained": shown over time. The standard itself knows no levels; they are
// this project's.
//
// A level holds when every applicable criterion up to it is met. Nothing is
// averaged: the weakest criterion decides. What can't be told from what is on
// file is unknown, which is not met. Evidence, approvals and reviews run out,
// and the level falls the moment that they do, without anybody editing a
// score; it comes back when what ran out is renewed.
//
//	report := maturity.Evaluate(maturity.DefaultModel(), m.View(), now)
//	fmt.Println(report.Level, report.ProgressTo(report.Level+1))
//	for _, step := range report.Next(3) {
//		fmt.Println(step.Criterion, step.Found, step.Do)
//	}
//
// Package dashboard draws it: one screen as a page, as Markdown or as text for a terminal.
//
// # Looking ahead and back
//
// Each outcome says until when it holds if nothing is renewed
// ([Outcome.Until]); the earliest of them gives [Report.NextDrop], the day on
// which the level falls, to what, and because of which records. With nothing
// renewed a level that is reached never comes back once it has fallen, save
// where time itself heals: records grow old enough (ML2.22), and faults leave
// the year that is looked at (ML2.15, ML2.18, ML3.07, ML3.08, ML3.10, ML3.12, ML3.13,
// ML3.14).
//
// Criteria over time count from when a thing was recorded, not from the day that
// somebody typed in. Evidence, approvals and the closing of audits know that
// themselves. The rest the journal's past shows, and the levels of the last year
// (ML3.01) with it: [Past] judges views of it, such as those of each week, and makes
// the [History] that [Evaluate] takes.
//
//	const week = 7 * 24 * time.Hour
//	past, err := maturity.Past(model, m.Between(ctx, now.Add(-65*week), now, week))
//	report := maturity.Evaluate(model, m.View(), now, past)
//
// Nothing else makes one, and one of another journal, or of another model, is not
// counted. Without one ML3.01 is unknown, and ML3 out of reach. In a management system
// that was imported, what the export brought counts as on file since the import: no
// file shows that it was kept before. Who moves with the past copies the journal.
//
// [Trend] tells the same past as a curve: how much of what a level asks for was there in
// each week. [Forecast] goes on from there: when a level will be reached at the pace of
// the last quarter, always as a range, with what runs out and what nobody can hurry taken
// into account, or why nothing can be said.
//
//	outlook, err := maturity.Forecast(model, m.View(), past, now, maturity.ML2)
//	fmt.Println(outlook.Status, outlook.Text)
//
// [Roadmap] makes a dated plan from what is missing, [WhatIf] says what the level would be
// with some of it done, or with some of what is there gone.
//
// # Criteria
//
// [DefaultModel] holds the criteria as data with their IDs, clauses, controls,
// weights and reasons, and a predicate each; [Parameters] hold the numbers.
// [Omissions] lists the criteria that have a number and are not judged,
// because nothing on file could answer them. [Model.With] adds criteria of
// one's own, whose predicates get an [Input] and are best written with a
// [Tally].
//
// A model is also a file of JSON, which a vendor ships and an organisation loads:
// json.Marshal writes one whole, [ParseModel] reads it and takes nothing for what it is
// not, [ModelSchema] says what it looks like. A criterion in it names its predicate, one of
// [Predicates], or one of one's own by a name that begins with [OwnPrefix] and that the
// program hands to ParseModel. Where two criteria ask the same with other numbers, each
// has Parameters of its own: in the file those that differ from the model's, and only what
// its predicate looks at. They are numbers alone; what is to be judged otherwise takes a
// predicate of one's own.
//
// Some readings of the criteria that a user should know:
//
//   - A system of unknown impact counts as high. Systems outside the scope and
//     retired ones are not counted; an empty register meets nothing, unless top
//     management attests that no AI is run (aims.View.RunsNoAI), for as long as a search
//     for it counts.
//   - A system that a search found (DiscoveredOn) is spared for 30 days where
//     owner, entry, level, monitoring and information are asked for, and for 90
//     where an assessment is, unless it is live at high level. [Report.Graces]
//     lists whom that spares.
//   - The level of a system is certain (ML1.10) when no question is open whose
//     answer could change it.
//   - A process is approved (ML1.12, ML1.17, ML2.14) when a Document for its
//     clause is (aims.View.DocumentsFor); what 7.5.3 asks for is one from outside,
//     given to somebody, of an edition known to be current.
//   - Gates are kept (ML2.07) when an approved assessment or an exception in
//     force covers each live system, no exception has run out, and fresh
//     evidence shows what the gates before operation ask for of controls that
//     are in place (aims.View.OperationAsks), 90 days after the system became
//     known.
//   - Where a criterion asks for records of a system that have no kind of
//     their own (data, information, rules for use), fresh evidence that names
//     the control and the system stands for them, or, where the control is not
//     about one system (aims.Evidence.ShowsOf), the whole organisation. A control
//     left out by decision is not asked for.
//   - Evidence counts from when it was recorded, for at most three years.
//     Evidence whose quality nobody has judged leaves ML2.05 unknown.
//   - A system is monitored (ML2.08) by fresh evidence of kind ev-monitoring that
//     names it. Its logs are judged by their record as findings judge it (LG-02, LG-03: a
//     first look within 90 days, then one a year; fewer days than the law asks from when it
//     is in force), and where nothing is on record by fresh evidence of A.6.2.8 that names
//     the system, each from the day on which it is live.
//   - People are competent (ML2.13) when a skill on file names each mandatory role, or all
//     roles, and somebody else's last assessment of each holder shows it, in date. There is
//     no grace: it can be assessed before somebody accepts a role. What is asked of no
//     mandatory role is not looked at; awareness is that of whoever owns a system or holds
//     any role.
//   - Nothing on file that changed in the year is change under control (ML2.15). A change is
//     in the year by its day or by when it was told, so that an old day hides nothing. One
//     that came about unplanned counts while it is not reviewed past 30 days; reviewed late
//     is reviewed, since nobody can tell when it was noticed.
//   - A system went live in the year, and so needs a plan that came before, if it was on file
//     before it was live (aims.View.RegistrationOf), whatever day somebody typed; or if it
//     was in use from the day of its registration on. What ran before is found, not released.
//   - A deployment was assessed before (ML2.15, ML3.08) when an assessment that was approved
//     by its day had not run out, was of the model that went live, and left no material
//     change open. Gates grant no exception from it, and neither do these.
//   - When a material change of a live system went live (ML3.08) says a deployment, or a
//     planned change that names it, from the approval of its assessment on. Without one it
//     is unknown: the register alone can't tell a release from a corrected entry.
//   - Monitoring arrives by itself (ML3.05) if who put it on file is a service that runs;
//     whom the record names as its collector does not count.
//   - New AI was found fast (ML3.13) by the earlier of the days on which it was in use and
//     found. Of what was live when it was registered, and nobody says since when, it can't
//     be told.
//   - People outside are heard (ML3.10) if what came of them, as Concern.Origin says, is
//     answered in time, counted from the day on which it was raised; a report that the owner
//     of a channel put on file shows nothing of the channel. An anonymous channel that works
//     looks the same as one that somebody feeds, so what a service raised for people of whom
//     nobody knows does not count alone: a report that was answered in time has somebody on
//     file behind it, or somebody has tried its channel within a year who owns neither it nor
//     the service, and answered none of them. How many there are is said beside. The review
//     saw it if HoldReview kept point RA-17 of its agenda.
//   - No system that was retired in the year is retirement in order (ML3.14). One that was
//     retired without a decision is not excused by an exception at the gate; of one that is
//     on file as retired, and nobody says since when, it can't be told for a year.
//   - An objective is reached or missed (ML2.16, ML3.06) by the target that it had
//     when it was measured.
//   - A risk assessment (ML1.14, ML2.02) looks at people and at the organisation.
//
// # Levels of parts
//
// A report has the levels of the nine objectives of Annex A ([Area]) and of the phases
// ([PhaseLevel]). [SystemLevels] has those of single systems, by the criteria that look at
// systems one by one.
//
// # Following changes
//
// Evaluate looks at all. Who shows the level of an organisation as people work on it keeps a
// [Watch]: after a commit it judges anew what that touched, and says the same.
//
// # On whose word
//
// Each result says on whose word it rests ([Basis]): on that of whoever
// entered it, of a second person who approved it, or of an internal audit that
// covered its clauses within a year.
package maturity
