package register

// attributeTable is what the register records of a system, with the values
// allowed and whether a change matters. Sources: the OECD Framework for the
// Classification of AI systems; Canada's Algorithmic Impact Assessment; the EU
// AI Act, Articles 3, 5, 6, 27 and 50 and Annexes I and III; the published
// contents of ISO/IEC 42005.
var attributeTable = []Attribute{
	{Name: "id", Title: "ID", Kind: KindText, Why: "the key of the record"},
	{Name: "name", Title: "Name", Kind: KindText, Why: "a label only"},
	{Name: "description", Title: "Description", Kind: KindText, Why: "editorial; the purpose is what is assessed"},
	{Name: "owner", Title: "Owner", Kind: KindText, Why: "accountability, not an effect on people; an empty owner is a finding"},
	{Name: "tenures", Title: "Owners so far", Kind: KindList, Why: "bookkeeping"},
	{Name: "stage", Title: "Life-cycle stage", Kind: KindOrdered, Why: "moves through gates, which have checks of their own", Values: []Value{
		{"design", "design and development"}, {"verification", "verification and validation"}, {"deployment", "being put into use"},
		{"operation", "in use, monitored"}, {"retirement", "taken out of use"}}},
	{Name: "purpose", Title: "Purpose", Kind: KindText, Material: true, Why: "the purpose is what was assessed"},
	{Name: "decisions", Title: "Decisions it influences", Kind: KindText, Material: true, Why: "another decision is another effect"},
	{Name: "intended_users", Title: "Intended users", Kind: KindSet, Material: true, Why: "other users have other skill and exposure", Values: audiences},
	{Name: "foreseeable_misuse", Title: "Foreseeable misuse", Kind: KindList, Material: true, Why: "new misuse, new harm; that an old one can't happen any more is for an assessor to say"},
	{Name: "deployment_context", Title: "Deployment context", Kind: KindText, Material: true, Why: "the same tool in another process is another risk"},
	{Name: "jurisdictions", Title: "Jurisdictions", Kind: KindList, Material: true, never: true, Why: "other law applies"},
	{Name: "languages", Title: "Languages", Kind: KindList, Material: true, Why: "another language has other error rates"},
	{Name: "role", Title: "Role of the organisation", Kind: KindSet, Material: true, Why: "duties change with the role", Values: []Value{
		{"provider", "develops it, or has it developed, and offers it under its own name"}, {"deployer", "uses it under its own authority"},
		{"importer", "brings it in from abroad"}, {"distributor", "passes it on"}, {"product_manufacturer", "builds it into a product"},
		{"authorised_representative", "acts for a provider abroad"}}},
	{Name: "build", Title: "Own part in building it", Kind: KindChoice, Material: true, Why: "who builds answers for data and design", Values: []Value{
		{"none", "taken as it is"}, {"configured", "set up, prompted, connected"}, {"fine_tuned", "a model trained further"}, {"trained", "a model trained from the start"}}},
	{Name: "supplies", Title: "Supplied to others", Kind: KindAnswer, Material: true, Why: "others come to rely on it", Values: answers},
	{Name: "alteration", Title: "Own changes to a system of others", Kind: KindSet, Material: true, Why: "who alters it can become its provider", Values: []Value{
		{"none", "none of these"}, {"own_name", "put the own name or trademark on it"}, {"substantial", "changed it substantially, beyond what its provider planned"},
		{"new_purpose", "gave it a purpose that its provider did not intend"}}},
	{Name: "deployer_kind", Title: "Kind of deployer", Kind: KindChoice, Material: true, Why: "public power weighs more", Values: []Value{
		{"private", "a private body"}, {"public_service", "a private body that provides a public service"}, {"public_body", "a body governed by public law"}}},
	{Name: "on_behalf", Title: "Used for a public authority", Kind: KindAnswer, Material: true, Why: "who acts for an authority registers as it does", Values: answers},
	{Name: "downstream", Title: "What others make of it", Kind: KindSet, Material: true, Why: "duties towards those who build on it", Values: []Value{
		{"none", "none of these"}, {"integrated", "part of a high-risk system of theirs"}, {"taken_over", "another became its provider in law: by name, substantial change or a high-risk purpose"},
		{"excluded", "another did so although it was clearly excluded"}}},
	{Name: "sole_use", Title: "Sole use outside the market", Kind: KindChoice, Material: true, Why: "the law that leaves it out comes in when the use widens", Values: []Value{
		{"none", "no such limit"}, {"research", "scientific research and development alone"}, {"defence", "military, defence or national security alone"}, {"personal", "a person's own, non-professional ends alone"}}},
	{Name: "domain", Title: "Domain", Kind: KindSet, Material: true, Why: "the context decides the harm", Values: []Value{
		{"employment", "work and access to it"}, {"education", "education and training"}, {"credit", "lending"}, {"insurance", "insurance"},
		{"public_benefits", "benefits and allowances"}, {"public_service", "other public services"}, {"healthcare", "health and care"},
		{"emergency", "emergency services"}, {"law_enforcement", "law enforcement"}, {"migration_border", "migration and borders"},
		{"justice", "courts and dispute resolution"}, {"elections", "elections and voting"}, {"critical_infrastructure", "energy, water, transport, digital infrastructure"},
		{"biometrics", "biometrics"}, {"transport", "vehicles and traffic"}, {"housing", "housing"}, {"child_protection", "protection of children"},
		{"taxation", "tax and customs"}, {"finance", "other financial services"}, {"financial_advice", "advice on money"}, {"legal_advice", "advice on law"},
		{"consumer_service", "service to customers"}, {"marketing", "advertising and sales"}, {"media", "media and platforms"},
		{"internal_operations", "the organisation's own running"}, {"it_security", "security of IT"}, {"research", "research"}, {"general", "no particular domain"}}},
	{Name: "function", Title: "Function", Kind: KindSet, Material: true, Why: "what it does decides what it can do wrong", Values: []Value{
		{"classify", "sorts things into classes"}, {"score_people", "scores or ranks people"}, {"predict", "predicts"}, {"recommend", "recommends"},
		{"generate", "makes content"}, {"generate_intimate", "can make intimate images"}, {"face_swap", "puts faces on others"}, {"converse", "talks with people"},
		{"companion", "keeps people company"}, {"detect", "detects objects or events"}, {"identify", "tells who somebody is"}, {"verify", "checks whether somebody is who they say"},
		{"monitor_people", "watches people"}, {"forecast", "forecasts quantities"}, {"optimise", "plans or optimises"}, {"search", "finds information"},
		{"transcribe", "turns speech or images into text"}, {"control_physical", "controls machines"}, {"act", "acts in other systems"}}},
	{Name: "practice", Title: "Sensitive practices", Kind: KindSet, Material: true, Why: "the legal class hangs on it", Values: []Value{
		{"none", "looked for, and none applies"},
		{"manipulation_harm", "bends what people do by hidden or deceptive means, to significant harm"}, {"exploit_vulnerability", "exploits age, disability or a hard situation, to significant harm"},
		{"social_scoring", "scores people by conduct or character, with unfair treatment elsewhere or out of proportion"}, {"crime_prediction_profiling", "predicts from profile or traits alone whether a person commits a crime"},
		{"untargeted_face_scraping", "builds or widens a face database by untargeted scraping of web or cameras"}, {"emotion_work_edu", "infers emotions of people at work or in education"},
		{"biometric_categorisation_sensitive", "deduces race, opinions, union, belief, sex life or orientation from biometrics"},
		{"realtime_rbi_le", "identifies people at a distance in real time, in public, for law enforcement"}, {"intimate_imagery", "is for intimate images of real people without their consent"}, {"csam", "is for material of child sexual abuse"},
		{"remote_biometric_id", "tells who people are from biometrics, without their taking part (not one-to-one checks)"}, {"biometric_categorisation", "sorts people into groups by biometrics"}, {"emotion_inference", "infers emotions or intentions of people (not fatigue or pain)"},
		{"ci_safety_component", "protects critical infrastructure, or endangers people or property by failing"}, {"admission", "decides or helps to decide on admission, place or level of education"}, {"learning_evaluation", "evaluates what learners have learnt, towards grades or certificates"},
		{"exam_proctoring", "watches for forbidden conduct of learners in tests"}, {"recruitment", "finds, filters, assesses or selects people for work, or targets job advertisements"}, {"worker_management", "bears on terms, promotion or end of work, gives tasks by conduct or traits, or watches and judges workers"},
		{"benefit_eligibility", "for an authority: judges or decides who gets essential public benefits or services"}, {"benefit_fraud", "for an authority: finds grounds to reduce, revoke or reclaim such benefits"}, {"creditworthiness", "judges the creditworthiness of natural persons (not of companies, not fraud)"},
		{"life_health_insurance", "assesses risks or sets prices of natural persons in life or health insurance"}, {"emergency_triage", "classifies emergency calls, or dispatches or ranks first response"}, {"patient_triage", "ranks patients in emergency care (not waiting lists)"},
		{"victim_risk", "for law enforcement: assesses the risk that a person becomes a victim of crime"}, {"polygraph_le", "for law enforcement: detects lies"}, {"evidence_reliability", "for law enforcement: judges how reliable evidence of a crime is"},
		{"reoffending_risk", "for law enforcement: assesses a person's risk of offending, traits or past offences"}, {"le_profiling", "for law enforcement: profiles people in detecting, investigating or prosecuting crimes"}, {"polygraph_border", "for migration, asylum or border authorities: detects lies"},
		{"migration_risk", "for such authorities: assesses the risk that a person poses who enters (not statistics)"}, {"asylum_visa", "for such authorities: helps to examine applications for asylum, visa or residence, or complaints"}, {"migration_identification", "for such authorities: detects, recognises or identifies people (not checks of documents)"},
		{"judicial_assistance", "helps a court, or who decides disputes in its place, to research, interpret or apply facts and law"}, {"vote_influence", "is meant to influence votes, by output that people meet"}, {"medical_device", "is a medical device or test, or part of one"},
		{"product_safety_component", "is a safety component of a toy, a lift or another regulated product, or is one"}, {"machinery", "is a safety component of machinery"}, {"vehicle", "is a safety component of a vehicle, an aircraft, a ship or a railway"}, {"biometric_verification", "checks by biometrics that a person is who they say"},
		{"financial_fraud", "looks for financial fraud"}, {"other_insurance", "assesses risks or sets prices in other insurance"}, {"dynamic_pricing", "sets prices for each person"},
		{"deepfake", "makes or alters images, sound or video that pass for real persons, things or events"}, {"public_interest_text", "writes or alters published text that informs on matters of public interest"}}},
	{Name: "use_answers", Title: "Questions answered about uses", Kind: KindList, Material: true, Why: "what was answered counts while the practices are not answered whole"},
	{Name: "claims_63", Title: "Claimed exemption", Kind: KindChoice, Material: true, Why: "a legal position that rests on what the system does", Values: []Value{
		{"none", "no exemption claimed"}, {"a", "a narrow procedural task"}, {"b", "improves the result of work that a person has finished"},
		{"c", "shows patterns in decisions, and no decision is replaced or swayed without review"}, {"d", "prepares an assessment"}}},
	{Name: "harmful_significant", Title: "Significant risk of harm", Kind: KindAnswer, Material: true, Why: "defeats a claimed exemption", Values: answers},
	{Name: "third_party_conformity", Title: "Product assessed by a third party", Kind: KindAnswer, Material: true, Why: "the legal class of a product hangs on it", Values: answers},
	{Name: "convenience_only", Title: "Convenience, no safety", Kind: KindAnswer, Material: true, Why: "what endangers neither persons nor property is no safety component", Values: answers},
	{Name: "claims_5", Title: "Exception from a prohibition", Kind: KindSet, Material: true, Why: "a prohibition hangs on it", Values: []Value{
		{"none", "none of these"}, {"medical", "infers emotions for medical reasons"}, {"safety", "infers emotions for reasons of safety"},
		{"rbi_victims", "identifies people live to find certain victims or missing persons, authorised"}, {"rbi_threat", "does so against an imminent threat to life or of terrorism, authorised"},
		{"rbi_suspect", "does so to find a suspect of a grave offence, authorised"}, {"labelling", "labels or filters biometric data lawfully acquired"},
		{"le_categorisation", "sorts biometric data for law enforcement"}, {"with_right", "shows abuse with a right that national law grants, such as to prosecute it"}}},
	{Name: "emotion_source", Title: "Emotions inferred from", Kind: KindChoice, Material: true, Why: "the law speaks of biometric data", Values: []Value{
		{"biometric", "face, voice, posture, gait, typing, pulse or the like"}, {"other", "the content of what people write, say or choose alone"}}},
	{Name: "categorised_by", Title: "Sorted by", Kind: KindChoice, Material: true, Why: "the legal class hangs on it", Values: []Value{
		{"sensitive", "sensitive or protected traits that are inferred: origin, opinions, belief, union membership, health, sex life, orientation"},
		{"other", "other traits alone, such as age, sex or colour of hair"}, {"ancillary", "only as a part of another service that can't do without it for technical reasons"}}},
	{Name: "intimate_safeguards", Title: "Safeguards against intimate images", Kind: KindAnswer, Material: true, Why: "without them it may not be placed on the market", Values: answers},
	{Name: "offence_detection", Title: "Authorised against offences", Kind: KindChoice, Material: true, Why: "lifts duties of transparency", Values: []Value{
		{"none", "no such authorisation"}, {"authorised", "the law authorises it to detect, prevent, investigate or prosecute offences"},
		{"public_reporting", "the law does, and the public reports offences through it"}}},
	{Name: "autonomy", Title: "Autonomy", Kind: KindOrdered, Material: true, Why: "more effect without a person", Values: []Value{
		{"informs", "informs; nothing hangs on it"}, {"advises", "one input among others"}, {"recommends", "recommends and is mostly followed"},
		{"acts_supervised", "acts; a person can stop it"}, {"acts_alone", "acts before any person looks"}}},
	{Name: "human_oversight", Title: "Human oversight", Kind: KindRecord, Material: true, Why: "a safeguard that the approval rested on"},
	{Name: "effect", Title: "Effect on people", Kind: KindSet, Material: true, Why: "what an outcome does to a person", Values: []Value{
		{"none", "none on persons"}, {"convenience", "small gain or loss of comfort or time"}, {"significant", "bears on money, work, housing, education or care"},
		{"legal", "changes somebody's rights or duties"}, {"safety", "bears on life or health"}}},
	{Name: "reversibility", Title: "Reversibility", Kind: KindOrdered, Material: true, safeguard: true, Why: "part of severity", Values: []Value{
		{"easy", "put right at once"}, {"effort", "put right with effort"}, {"hard", "put right in part, or after long"}, {"none", "can't be undone"}}},
	{Name: "contest", Title: "Can be challenged", Kind: KindOrdered, Material: true, safeguard: true, Why: "the way to challenge an outcome is a safeguard", Values: answers},
	{Name: "explain", Title: "Explainability", Kind: KindOrdered, Material: true, safeguard: true, Why: "reasons are a safeguard", Values: []Value{
		{"inherent", "the method shows its reasons"}, {"post_hoc", "reasons are worked out afterwards"}, {"opaque", "no reasons can be given"}}},
	{Name: "affected", Title: "Affected parties", Kind: KindSet, Material: true, Why: "a new group is a new question", Values: parties},
	{Name: "reach", Title: "Reach", Kind: KindOrdered, Material: true, Why: "more people, more harm", Values: []Value{
		{"under_1000", "fewer than 1,000 people a year"}, {"under_10000", "fewer than 10,000"}, {"under_1000000", "fewer than 1,000,000"}, {"mass", "more, or a whole population"}}},
	{Name: "interacts", Title: "Meets directly", Kind: KindSet, Material: true, Why: "exposure", Values: audiences},
	{Name: "direct", Title: "Interacts with persons itself", Kind: KindAnswer, Material: true, Why: "people are to know that it is AI", Values: answers},
	{Name: "obvious_ai", Title: "Evidently AI", Kind: KindAnswer, Material: true, Why: "what people see need not be told", Values: answers},
	{Name: "displaces", Title: "Replaces work", Kind: KindAnswer, Material: true, Why: "work changes", Values: answers},
	{Name: "data", Title: "Data categories", Kind: KindSet, Material: true, Why: "a new category is a new question", Values: []Value{
		{"none", "nothing of note"}, {"personal", "personal data"}, {"special", "special categories: belief, origin, orientation and the like"}, {"biometric", "biometric data"},
		{"health", "health data"}, {"children", "data of children"}, {"criminal", "offences and convictions"}, {"financial", "money matters of persons"}, {"location", "where people are"},
		{"communications", "content of messages and calls"}, {"employment", "employment records"}, {"confidential", "business secrets"}, {"copyrighted", "works of others"},
		{"scraped", "taken from the web"}, {"indigenous", "data of or about indigenous peoples"}, {"synthetic", "made up by a model"}}},
	{Name: "data_origin", Title: "Origin of data", Kind: KindSet, Material: true, Why: "ground and quality", Values: []Value{
		{"none", "no data of note"}, {"own", "the organisation's own"}, {"acquired", "bought or licensed"}, {"third_party", "received from others"}, {"user_supplied", "given by users"}, {"scraped", "taken from the web"}}},
	{Name: "data_resources", Title: "Data resources", Kind: KindList, Material: true, Why: "a new source is a new question, and so is doing without one"},
	{Name: "profiling", Title: "Profiles people", Kind: KindAnswer, Material: true, Why: "infers what people did not give", Values: answers},
	{Name: "matching", Title: "Joins registers made for other ends", Kind: KindAnswer, Material: true, Why: "a source of errors", Values: answers},
	{Name: "data_workers", Title: "People label or moderate for it", Kind: KindAnswer, Material: true, Why: "labour in the supply chain", Values: answers},
	{Name: "model", Title: "Model", Kind: KindRecord, Material: true, Why: "same name, other behaviour"},
	{Name: "model_source", Title: "Source of the model", Kind: KindChoice, Material: true, Why: "supply chain", Values: []Value{
		{"none", "no learned model"}, {"own", "the organisation's own"}, {"third_party", "a supplier's"}, {"open_weights", "published weights"}}},
	{Name: "supplier", Title: "Supplier", Kind: KindText, Material: true, Why: "another supplier is another product"},
	{Name: "sole_supplier", Title: "No other supplier", Kind: KindAnswer, Why: "matters to the organisation only; looked at with the supplier", Values: answers},
	{Name: "gpai", Title: "Rests on a general-purpose model", Kind: KindAnswer, Material: true, Why: "used in ways that nobody planned", Values: answers},
	{Name: "gpai_provider", Title: "Provides that model itself", Kind: KindAnswer, Material: true, Why: "duties of model providers", Values: answers},
	{Name: "systemic", Title: "Model of systemic risk", Kind: KindAnswer, Material: true, Why: "further duties", Values: answers},
	{Name: "open_source", Title: "Released free and open", Kind: KindAnswer, Material: true, Why: "some duties fall away for free and open releases", Values: answers},
	{Name: "adaptive", Title: "Learns in operation", Kind: KindAnswer, Material: true, Why: "changes after approval", Values: answers},
	{Name: "tech_maturity", Title: "Maturity of the technique", Kind: KindOrdered, Material: true, Why: "readiness", Values: []Value{
		{"proven", "in wide use"}, {"new", "new to this use"}, {"experimental", "not shown to work yet"}}},
	{Name: "large_training", Title: "Trained at large scale", Kind: KindAnswer, Material: true, Why: "footprint", Values: answers},
	{Name: "generates", Title: "Generates", Kind: KindSet, Material: true, Why: "a new kind of content is a new harm", Values: []Value{
		{"none", "no content"}, {"text", "text"}, {"image", "images"}, {"audio", "sound or speech"}, {"video", "video"}, {"code", "program code"}}},
	{Name: "standard_editing", Title: "Standard editing only", Kind: KindAnswer, Material: true, Why: "what alters nothing in substance need not be marked", Values: answers},
	{Name: "editorial_control", Title: "Editorial control", Kind: KindAnswer, Material: true, Why: "a person who answers for the text stands in for a label", Values: answers},
	{Name: "acts", Title: "Acts in other systems", Kind: KindAnswer, Material: true, Why: "agency", Values: answers},
	{Name: "tools", Title: "Systems it can act on", Kind: KindList, Material: true, Why: "a new tool or a wider right is more reach"},
	{Name: "multi_agent", Title: "Works with other agents", Kind: KindAnswer, Material: true, Why: "systems feed on each other", Values: answers},
	{Name: "physical", Title: "Moves or controls things", Kind: KindAnswer, Material: true, Why: "injury", Values: answers},
	{Name: "critical", Title: "An activity stops without it", Kind: KindAnswer, Material: true, Why: "continuity", Values: answers},
	{Name: "hosting", Title: "Hosting", Kind: KindChoice, Material: true, Why: "data leaves the house", Values: []Value{
		{"internal", "on the organisation's own premises or account"}, {"external", "at a supplier"}}},
	{Name: "out_of_scope", Title: "Why out of scope", Kind: KindText, Why: "bears on the management system, not on people"},
	{Name: "outside_since", Title: "Out of scope since", Kind: KindRecord, Why: "bookkeeping"},
	{Name: "discovered_on", Title: "Discovered on", Kind: KindDate, Why: "bookkeeping"},
	{Name: "in_use_since", Title: "In use since", Kind: KindDate, Why: "bookkeeping"},
	{Name: "market_since", Title: "On the market since", Kind: KindDate, Why: "moves the dates of duties, not what it does to people"},
	{Name: "retired_on", Title: "Retired on", Kind: KindDate, Why: "bookkeeping"},
	{Name: "labels", Title: "Labels", Kind: KindRecord, Why: "editorial"},
	{Name: "links", Title: "Links", Kind: KindList, Why: "editorial"},
	{Name: "external_ids", Title: "IDs elsewhere", Kind: KindRecord, Why: "editorial"},
	{Name: "follows", Title: "Follows", Kind: KindText, Why: "says what it was before, not what it does"},
	{Name: "distinct", Title: "Told apart from", Kind: KindList, Why: "says what it is not"},
}

// answers are the values of an Answer, the safer one first where they have an
// order (contest).
var answers = []Value{{"yes", "yes"}, {"no", "no"}}

var audiences = []Value{{"none", "nobody"}, {"employees", "the organisation's own staff"}, {"specialists", "trained specialists"},
	{"customers", "customers"}, {"public", "anybody"}}

// parties are the affected parties; package impact says more of each.
var parties = []Value{
	{"user", "direct users"},
	{"subject", "people subject to its decisions"},
	{"data-subject", "people whose data it holds"},
	{"bystander", "bystanders"},
	{"customer", "customers and consumers"},
	{"patient", "patients and care receivers"},
	{"applicant", "applicants"},
	{"beneficiary", "recipients of public support"},
	{"worker", "workers"},
	{"worker-supply", "data and content workers"},
	{"student", "learners"},
	{"child", "children"},
	{"older", "older people"},
	{"disabled", "people with disability"},
	{"migrant", "migrants, refugees, asylum seekers"},
	{"minority", "ethnic, religious and linguistic minorities"},
	{"indigenous", "indigenous peoples"},
	{"gender", "women and gender-diverse people"},
	{"low-income", "people in poverty or debt"},
	{"detained", "people in custody or under investigation"},
	{"creator", "authors and creators"},
	{"community", "local and online communities"},
	{"public", "the public and democratic processes"},
	{"economy", "markets and competitors"},
	{"environment", "environment and future generations"},
	{"organisation", "the organisation itself"},
	{"partner", "suppliers, partners, clients (organisations)"},
}
