package register

import (
	"time"

	"github.com/aimskit/aimskit/calendar"
)

// System is one AI system that the organisation develops, provides or uses:
// a row of its inventory (ISO/IEC 42001 A.4.2) and the thing that every impact
// assessment is about (6.1.4, 8.4).
//
// Every field that bears on people has "not answered yet" as a value of its
// own: the empty string, a nil slice, the zero Answer. It is not the same as a
// stated "none", and the impact rules count it as the worst case until somebody
// answers. The attribute table ([Attributes]) says which fields are material,
// that is, whose change opens a new assessment, and why.
//
// The JSON names are the attribute names that rules and comparisons use.
type System struct {
	// ID is the key of the record, chosen by the caller ("credit-scoring") or
	// generated. It never changes.
	ID string `json:"id"`
	// Name is what people call the system.
	Name string `json:"name"`
	// Description says in a few sentences what it is. Editorial: it is not
	// what is assessed, Purpose is.
	Description string `json:"description,omitempty"`
	// Owner is the ID of the one person who answers for the system (5.3,
	// A.3.2). Empty means that nobody does, which is a finding.
	Owner string `json:"owner,omitempty"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Stage is where the system stands in its life cycle (A.6).
	Stage Stage `json:"stage"`

	// Purpose is the intended use that is assessed and that the system is held
	// to (A.9.4).
	Purpose string `json:"purpose,omitempty"`
	// Decisions says which decisions the output influences, and how.
	Decisions string `json:"decisions,omitempty"`
	// IntendedUsers are the kinds of people meant to operate it.
	IntendedUsers []Audience `json:"intended_users,omitempty"`
	// ForeseeableMisuse lists uses that are not intended and can be expected.
	ForeseeableMisuse []string `json:"foreseeable_misuse,omitempty"`
	// DeploymentContext says where, and in which process, it is used.
	DeploymentContext string `json:"deployment_context,omitempty"`
	// Jurisdictions are the places whose law bears on it: "EU", codes that ISO
	// 3166-1 assigns, such as "AU", and subdivisions by ISO 3166-2, such as
	// "AU-NSW". Normalised writes "EL" as "GR" and "UK" as "GB".
	Jurisdictions []string `json:"jurisdictions,omitempty"`
	// Languages are the natural languages it works in, as BCP 47 tags.
	Languages []string `json:"languages,omitempty"`

	// Roles are the organisation's own roles towards the system.
	Roles []AIRole `json:"role,omitempty"`
	// Build says how far the organisation shapes the system itself.
	Build Build `json:"build,omitempty"`
	// Supplies says whether others receive the system from the organisation.
	Supplies Answer `json:"supplies,omitempty"`
	// Alterations say what the organisation did to a system of others that can
	// make it the provider in law (EU AI Act, Article 25(1)).
	Alterations []Alteration `json:"alteration,omitempty"`
	// DeployerKind says whether public power or a public service is behind it.
	DeployerKind DeployerKind `json:"deployer_kind,omitempty"`
	// OnBehalf says whether the organisation uses it on behalf of a public
	// authority without being one (EU AI Act, Article 49(3)).
	OnBehalf Answer `json:"on_behalf,omitempty"`
	// Downstream says what others make of a system that the organisation supplies:
	// part of a high-risk system of theirs, or one whose provider in law they become
	// (EU AI Act, Article 25(2) and (4)).
	Downstream []Downstream `json:"downstream,omitempty"`
	// SoleUse names an end that the system serves alone and that the EU AI Act
	// leaves out (Article 2(3), (6) and (10)); SoleUseNone where there is none.
	SoleUse SoleUse `json:"sole_use,omitempty"`

	// Domains are the fields of life it is used in.
	Domains []Domain `json:"domain,omitempty"`
	// Functions are what it does.
	Functions []Function `json:"function,omitempty"`
	// Practices are the regulated or otherwise sensitive uses it falls under;
	// PracticeNone where somebody has looked and found none.
	Practices []Practice `json:"practice,omitempty"`
	// UseAnswers are the questions by which the practices and what refines them were
	// answered, one for each question (euact.Answer writes them). They are a record:
	// what follows from them stands in the attributes themselves. Empty where nobody
	// was asked by questions.
	UseAnswers []UseAnswer `json:"use_answers,omitempty"`
	// Claims63 is the ground on which the organisation holds a use listed in
	// Annex III of the EU AI Act not to be high-risk (Article 6(3)).
	Claims63 Exemption `json:"claims_63,omitempty"`
	// HarmfulSignificant says whether it poses a significant risk of harm to
	// health, safety or fundamental rights, which defeats such a claim.
	HarmfulSignificant Answer `json:"harmful_significant,omitempty"`
	// ThirdPartyConformity says whether product law has the product assessed
	// by a third party before it is placed on the market, for risks to health or
	// safety (Article 6(1)(b) and (1c)).
	ThirdPartyConformity Answer `json:"third_party_conformity,omitempty"`
	// ConvenienceOnly says that, in a product or in critical infrastructure, it
	// serves assistance, performance, efficiency, automation, convenience or
	// quality control alone and its failure endangers neither persons nor property,
	// so that it is no safety component (Articles 3(14), 6(1a) and (1b)).
	ConvenienceOnly Answer `json:"convenience_only,omitempty"`
	// Claims5 are the exceptions written into the prohibitions of Article 5(1) of
	// the EU AI Act that the use falls under; ExceptionNone where it falls under
	// none. Until it is answered such a practice is neither prohibited nor not.
	Claims5 []Exception `json:"claims_5,omitempty"`
	// EmotionSource says what emotions are inferred from. The Act speaks of
	// biometric data (Articles 3(39), 5(1)(f), 50(3) and Annex III point 1(c)).
	EmotionSource EmotionSource `json:"emotion_source,omitempty"`
	// CategorisedBy says by what traits people are sorted from their biometrics:
	// Annex III point 1(b) is about sensitive or protected ones, Article 50(3)
	// about all, and Article 3(40) leaves out what merely goes with another service.
	CategorisedBy Categorisation `json:"categorised_by,omitempty"`
	// IntimateSafeguards says whether reasonable and adequate safeguards reliably
	// prevent that it makes intimate images without consent or images of child
	// abuse (Article 5(1a)). It matters to who places it on the market.
	IntimateSafeguards Answer `json:"intimate_safeguards,omitempty"`
	// OffenceDetection says whether the law authorises it to detect, prevent,
	// investigate or prosecute criminal offences, which lifts duties of
	// transparency (Article 50(1) to (4)).
	OffenceDetection OffenceDetection `json:"offence_detection,omitempty"`

	// Autonomy says how far it acts without a person.
	Autonomy Autonomy `json:"autonomy,omitempty"`
	// HumanOversight says who watches it, how and with what authority.
	HumanOversight Oversight `json:"human_oversight,omitzero"`
	// Effects are what an outcome does to a person.
	Effects []Effect `json:"effect,omitempty"`
	// Reversibility says how easily a wrong outcome is put right.
	Reversibility Reversibility `json:"reversibility,omitempty"`
	// Contest says whether an affected person can challenge an outcome.
	Contest Answer `json:"contest,omitempty"`
	// Explain says what reasons can be given for an outcome.
	Explain Explainability `json:"explain,omitempty"`
	// Affected are the IDs of the parties that it touches; impact.Parties says more
	// of each.
	Affected []string `json:"affected,omitempty"`
	// Reach is how many people it touches in a year.
	Reach Reach `json:"reach,omitempty"`
	// Interacts are the kinds of people who deal with it directly.
	Interacts []Audience `json:"interacts,omitempty"`
	// Direct says whether it interacts with natural persons itself.
	Direct Answer `json:"direct,omitempty"`
	// ObviousAI says whether those who deal with it see by themselves that it
	// is AI (EU AI Act, Article 50(1)).
	ObviousAI Answer `json:"obvious_ai,omitempty"`
	// Displaces says whether it replaces work that people did.
	Displaces Answer `json:"displaces,omitempty"`

	// Data are the categories of data that it is built on, is fed or holds.
	Data []DataCategory `json:"data,omitempty"`
	// DataOrigins say where the data comes from.
	DataOrigins []DataOrigin `json:"data_origin,omitempty"`
	// DataResources are the data sets, with provenance (A.4.3, A.7.5).
	DataResources []DataResource `json:"data_resources,omitempty"`
	// Profiling says whether it evaluates personal aspects of people.
	Profiling Answer `json:"profiling,omitempty"`
	// Matching says whether it joins registers made for other ends.
	Matching Answer `json:"matching,omitempty"`
	// DataWorkers says whether people label or moderate data for it.
	DataWorkers Answer `json:"data_workers,omitempty"`

	// Model is the model behind it, with its version.
	Model Model `json:"model,omitzero"`
	// ModelSource says where the model comes from.
	ModelSource ModelSource `json:"model_source,omitempty"`
	// Supplier is the ID of the supplier of the system or model (A.10.3).
	Supplier string `json:"supplier,omitempty"`
	// SoleSupplier says that no other supplier could take over.
	SoleSupplier Answer `json:"sole_supplier,omitempty"`
	// GPAI says whether it rests on a general-purpose model.
	GPAI Answer `json:"gpai,omitempty"`
	// GPAIProvider says whether the organisation itself provides that model.
	GPAIProvider Answer `json:"gpai_provider,omitempty"`
	// Systemic says whether that model is one of systemic risk.
	Systemic Answer `json:"systemic,omitempty"`
	// OpenSource says whether what the organisation provides, system or model,
	// is released under a free and open-source licence, parameters included.
	OpenSource Answer `json:"open_source,omitempty"`
	// Adaptive says whether it goes on learning in operation.
	Adaptive Answer `json:"adaptive,omitempty"`
	// TechMaturity says how proven the technique is.
	TechMaturity TechMaturity `json:"tech_maturity,omitempty"`
	// LargeTraining says whether training took resources on a scale of its own.
	LargeTraining Answer `json:"large_training,omitempty"`
	// Generates are the kinds of content it makes.
	Generates []Content `json:"generates,omitempty"`
	// StandardEditing says that what it makes only helps with standard editing,
	// or leaves what people put in unchanged in substance (EU AI Act, Article
	// 50(2)).
	StandardEditing Answer `json:"standard_editing,omitempty"`
	// EditorialControl says whether a person reviews what it writes and somebody
	// answers for its publication (EU AI Act, Article 50(4)).
	EditorialControl Answer `json:"editorial_control,omitempty"`
	// Acts says whether it takes actions in other systems.
	Acts Answer `json:"acts,omitempty"`
	// Tools are the systems it can act on, with the rights it has there.
	Tools []string `json:"tools,omitempty"`
	// MultiAgent says whether it works together with other agents.
	MultiAgent Answer `json:"multi_agent,omitempty"`
	// Physical says whether it moves or controls things.
	Physical Answer `json:"physical,omitempty"`
	// Critical says whether an activity stops without it.
	Critical Answer `json:"critical,omitempty"`
	// Hosting says where it runs.
	Hosting Hosting `json:"hosting,omitempty"`

	// OutOfScope holds the reason why the system lies outside the scope of the
	// management system (4.3); empty while it is inside.
	OutOfScope string `json:"out_of_scope,omitempty"`
	// OutsideSince is when it was put there, as it was recorded; a verb keeps it. Zero while
	// it is inside, and of what was put outside before there was this field.
	OutsideSince time.Time `json:"outside_since,omitzero"`
	// DiscoveredOn is when a search found the system in use; zero if it was
	// registered before use.
	DiscoveredOn calendar.Date `json:"discovered_on,omitzero"`
	// InUseSince is when it first served its purpose.
	InUseSince calendar.Date `json:"in_use_since,omitzero"`
	// MarketSince is when it, or the model that the organisation provides, was
	// first placed on the market or put into service by whoever did so, or when
	// its design last changed significantly, if that was later. Transitional
	// rules of law hang on it.
	MarketSince calendar.Date `json:"market_since,omitzero"`
	// RetiredOn is when it was taken out of use.
	RetiredOn calendar.Date `json:"retired_on,omitzero"`

	// Labels are the organisation's own keys and values.
	Labels map[string]string `json:"labels,omitempty"`
	// Links are places where more is written.
	Links []string `json:"links,omitempty"`
	// ExternalIDs are its names in other inventories, by inventory.
	ExternalIDs map[string]string `json:"external_ids,omitempty"`

	// Follows is the ID of the system that this one is, under another name or ID, or
	// has replaced; empty where there was none before. What was known of that one, and
	// since when, counts for this one.
	Follows string `json:"follows,omitempty"`
	// Distinct are the decisions that it is another system than one that it is like
	// ([Likenesses]), oldest first; aims.Tx.TellApart adds one.
	Distinct []Distinction `json:"distinct,omitempty"`

	// Revision is the sequence number of the commit that wrote this revision.
	// The store sets it; a change must carry the revision that it was made from.
	Revision uint64 `json:"revision,omitempty"`
}

// UseAnswer is the answer to one question about the uses of a system, with the
// edition of the questions that was put to whoever answered. Package impact/euact
// holds the questions, and says which of them mean something else by now.
type UseAnswer struct {
	// Question is the ID of the question.
	Question string `json:"question"`
	// Edition is the edition of the questions, a day such as 2026-11-28.
	Edition string `json:"edition"`
	// Answer is yes or no; who is not sure leaves the question unanswered.
	Answer Answer `json:"answer"`
}

// DataResource is one data set that a system rests on (A.4.3), with what is
// known of its provenance (A.7.5).
type DataResource struct {
	// Name identifies the data set within the system.
	Name string `json:"name"`
	// Owner is whoever answers for the data set.
	Owner string `json:"owner,omitempty"`
	// Origin says where it came from.
	Origin DataOrigin `json:"origin,omitempty"`
	// Source names the place, product or register it was taken from.
	Source string `json:"source,omitempty"`
	// Licence is the ground on which it may be used.
	Licence string `json:"licence,omitempty"`
	// Period says which time the data covers.
	Period string `json:"period,omitempty"`
	// Use says what it serves: training, validation, test, retrieval, input.
	Use string `json:"use,omitempty"`
}

// Model names a model and its version.
type Model struct {
	// Name is the model's name as its maker uses it.
	Name string `json:"name,omitempty"`
	// Version is the version in use.
	Version string `json:"version,omitempty"`
	// Technique is the kind of method, such as "gradient boosting" or "large
	// language model".
	Technique string `json:"technique,omitempty"`
}

// Oversight says how people watch a system in operation (A.9.2, A.9.3).
type Oversight struct {
	// Person is the ID of the person who oversees the system.
	Person string `json:"person,omitempty"`
	// Measure says what they look at, when, and what they may stop or overrule.
	Measure string `json:"measure,omitempty"`
}
