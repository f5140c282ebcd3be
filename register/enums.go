package register

// The enumerations of the register are typed strings, so that records read
// well in JSON. The empty string is "not answered". The attribute table holds
// the values of each with their meanings.

// Stage is a stage of the life cycle, from design and development to
// retirement (ISO/IEC 42001 A.6).
type Stage string

// The stages, in order.
const (
	StageDesign       Stage = "design"
	StageVerification Stage = "verification"
	StageDeployment   Stage = "deployment"
	StageOperation    Stage = "operation"
	StageRetirement   Stage = "retirement"
)

// Answer is a yes, a no, or no answer yet (the empty string).
type Answer string

// The two answers; Unknown is the lack of one.
const (
	Unknown Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
)

// Audience is a kind of people who use a system or meet it.
type Audience string

// The audiences. AudienceNone states that nobody meets the system directly.
const (
	AudienceNone        Audience = "none"
	AudienceEmployees   Audience = "employees"
	AudienceSpecialists Audience = "specialists"
	AudienceCustomers   Audience = "customers"
	AudiencePublic      Audience = "public"
)

// AIRole is a role of the organisation towards a system (ISO/IEC 22989 and the
// EU AI Act, Article 3, use the same words).
type AIRole string

// The roles.
const (
	RoleProvider     AIRole = "provider"
	RoleDeployer     AIRole = "deployer"
	RoleImporter     AIRole = "importer"
	RoleDistributor  AIRole = "distributor"
	RoleManufacturer AIRole = "product_manufacturer"
	RoleAuthorised   AIRole = "authorised_representative"
)

// Build says how far the organisation shapes a system itself.
type Build string

// The degrees of building, from taking a product as it is to training a model.
const (
	BuildNone       Build = "none"
	BuildConfigured Build = "configured"
	BuildFineTuned  Build = "fine_tuned"
	BuildTrained    Build = "trained"
)

// Alteration is something done to a system that others provide.
type Alteration string

// The alterations that can make somebody the provider (EU AI Act, Article
// 25(1)). AlterationNone states that there is none.
const (
	AlterationNone        Alteration = "none"
	AlterationOwnName     Alteration = "own_name"
	AlterationSubstantial Alteration = "substantial"
	AlterationNewPurpose  Alteration = "new_purpose"
)

// SoleUse is an end that a system serves alone, and that lies outside the
// market.
type SoleUse string

// The sole uses. SoleUseNone states that the use is not so limited.
const (
	SoleUseNone     SoleUse = "none"
	SoleUseResearch SoleUse = "research"
	SoleUseDefence  SoleUse = "defence"
	SoleUsePersonal SoleUse = "personal"
)

// DeployerKind says what kind of body puts the system to use.
type DeployerKind string

// The kinds of deployer.
const (
	DeployerPrivate       DeployerKind = "private"
	DeployerPublicService DeployerKind = "public_service"
	DeployerPublicBody    DeployerKind = "public_body"
)

// Domain is a field of life that a system is used in.
type Domain string

// The domains.
const (
	DomainEmployment             Domain = "employment"
	DomainEducation              Domain = "education"
	DomainCredit                 Domain = "credit"
	DomainInsurance              Domain = "insurance"
	DomainPublicBenefits         Domain = "public_benefits"
	DomainPublicService          Domain = "public_service"
	DomainHealthcare             Domain = "healthcare"
	DomainEmergency              Domain = "emergency"
	DomainLawEnforcement         Domain = "law_enforcement"
	DomainMigrationBorder        Domain = "migration_border"
	DomainJustice                Domain = "justice"
	DomainElections              Domain = "elections"
	DomainCriticalInfrastructure Domain = "critical_infrastructure"
	DomainBiometrics             Domain = "biometrics"
	DomainTransport              Domain = "transport"
	DomainHousing                Domain = "housing"
	DomainChildProtection        Domain = "child_protection"
	DomainTaxation               Domain = "taxation"
	DomainFinance                Domain = "finance"
	DomainFinancialAdvice        Domain = "financial_advice"
	DomainLegalAdvice            Domain = "legal_advice"
	DomainConsumerService        Domain = "consumer_service"
	DomainMarketing              Domain = "marketing"
	DomainMedia                  Domain = "media"
	DomainInternalOperations     Domain = "internal_operations"
	DomainITSecurity             Domain = "it_security"
	DomainResearch               Domain = "research"
	DomainGeneral                Domain = "general"
)

// Function is something that a system does.
type Function string

// The functions.
const (
	FunctionClassify         Function = "classify"
	FunctionScorePeople      Function = "score_people"
	FunctionPredict          Function = "predict"
	FunctionRecommend        Function = "recommend"
	FunctionGenerate         Function = "generate"
	FunctionGenerateIntimate Function = "generate_intimate"
	FunctionFaceSwap         Function = "face_swap"
	FunctionConverse         Function = "converse"
	FunctionCompanion        Function = "companion"
	FunctionDetect           Function = "detect"
	FunctionIdentify         Function = "identify"
	FunctionVerify           Function = "verify"
	FunctionMonitorPeople    Function = "monitor_people"
	FunctionForecast         Function = "forecast"
	FunctionOptimise         Function = "optimise"
	FunctionSearch           Function = "search"
	FunctionTranscribe       Function = "transcribe"
	FunctionControlPhysical  Function = "control_physical"
	FunctionAct              Function = "act"
)

// Practice is a use that law or good practice singles out. The names follow
// the EU AI Act's Article 5 and Annexes I and III where these speak of it.
type Practice string

// The practices. PracticeNone states that somebody looked and found none.
const (
	PracticeNone Practice = "none"

	PracticeManipulationHarm           Practice = "manipulation_harm"
	PracticeExploitVulnerability       Practice = "exploit_vulnerability"
	PracticeSocialScoring              Practice = "social_scoring"
	PracticeCrimePredictionProfiling   Practice = "crime_prediction_profiling"
	PracticeUntargetedFaceScraping     Practice = "untargeted_face_scraping"
	PracticeEmotionWorkEducation       Practice = "emotion_work_edu"
	PracticeBiometricCategorySensitive Practice = "biometric_categorisation_sensitive"
	PracticeRealtimeBiometricIDLE      Practice = "realtime_rbi_le"
	PracticeIntimateImagery            Practice = "intimate_imagery"
	PracticeCSAM                       Practice = "csam"

	PracticeRemoteBiometricID         Practice = "remote_biometric_id"
	PracticeBiometricCategorisation   Practice = "biometric_categorisation"
	PracticeEmotionInference          Practice = "emotion_inference"
	PracticeCriticalSafetyComponent   Practice = "ci_safety_component"
	PracticeAdmission                 Practice = "admission"
	PracticeLearningEvaluation        Practice = "learning_evaluation"
	PracticeExamProctoring            Practice = "exam_proctoring"
	PracticeRecruitment               Practice = "recruitment"
	PracticeWorkerManagement          Practice = "worker_management"
	PracticeBenefitEligibility        Practice = "benefit_eligibility"
	PracticeBenefitFraud              Practice = "benefit_fraud"
	PracticeCreditworthiness          Practice = "creditworthiness"
	PracticeLifeHealthInsurance       Practice = "life_health_insurance"
	PracticeEmergencyTriage           Practice = "emergency_triage"
	PracticePatientTriage             Practice = "patient_triage"
	PracticeVictimRisk                Practice = "victim_risk"
	PracticePolygraphLE               Practice = "polygraph_le"
	PracticeEvidenceReliability       Practice = "evidence_reliability"
	PracticeReoffendingRisk           Practice = "reoffending_risk"
	PracticeLEProfiling               Practice = "le_profiling"
	PracticePolygraphBorder           Practice = "polygraph_border"
	PracticeMigrationRisk             Practice = "migration_risk"
	PracticeAsylumVisa                Practice = "asylum_visa"
	PracticeMigrationIdentification   Practice = "migration_identification"
	PracticeJudicialAssistance        Practice = "judicial_assistance"
	PracticeVoteInfluence             Practice = "vote_influence"
	PracticeMedicalDevice             Practice = "medical_device"
	PracticeProductSafetyComponent    Practice = "product_safety_component"
	PracticeMachinery                 Practice = "machinery"
	PracticeVehicle                   Practice = "vehicle"
	PracticeBiometricVerification     Practice = "biometric_verification"
	PracticeFinancialFraud            Practice = "financial_fraud"
	PracticeOtherInsurance            Practice = "other_insurance"
	PracticeDynamicPricing            Practice = "dynamic_pricing"
	PracticeDeepfake                  Practice = "deepfake"
	PracticePublicInterestInformation Practice = "public_interest_text"
)

// Exemption is a ground of Article 6(3) of the EU AI Act, by its letter there.
type Exemption string

// The grounds. ExemptionNone states that none is claimed.
const (
	ExemptionNone            Exemption = "none"
	ExemptionNarrowTask      Exemption = "a"
	ExemptionImprovesResult  Exemption = "b"
	ExemptionDetectsPatterns Exemption = "c"
	ExemptionPreparatory     Exemption = "d"
)

// Exception is an exception that Article 5(1) of the EU AI Act makes from a
// prohibition.
type Exception string

// The exceptions, with the point of Article 5(1). ExceptionNone states that none
// applies.
const (
	ExceptionNone         Exception = "none"
	ExceptionMedical      Exception = "medical"           // (f): emotions, for medical reasons
	ExceptionSafety       Exception = "safety"            // (f): emotions, for reasons of safety
	ExceptionRBIVictims   Exception = "rbi_victims"       // (h)(i): a search for certain victims or missing persons
	ExceptionRBIThreat    Exception = "rbi_threat"        // (h)(ii): a specific and imminent threat to life, or of terrorism
	ExceptionRBISuspect   Exception = "rbi_suspect"       // (h)(iii): a suspect of a grave offence of Annex II
	ExceptionLabelling    Exception = "labelling"         // (g): labels or filters biometric data lawfully acquired
	ExceptionLECategories Exception = "le_categorisation" // (g): sorts biometric data for law enforcement
	ExceptionWithRight    Exception = "with_right"        // (bb): done with a right that national law grants
)

// EmotionSource says what emotions are inferred from.
type EmotionSource string

// The sources. EmotionOther is what people write, say or choose, taken by its
// content and not as a trait of the body or of behaviour.
const (
	EmotionBiometric EmotionSource = "biometric"
	EmotionOther     EmotionSource = "other"
)

// Categorisation says by what people are sorted from their biometrics.
type Categorisation string

// The ways of sorting. CategorisedAncillary is no biometric categorisation in law
// (EU AI Act, Article 3(40)).
const (
	CategorisedSensitive Categorisation = "sensitive" // sensitive or protected traits are inferred
	CategorisedOther     Categorisation = "other"     // by other traits, such as age or colour of hair
	CategorisedAncillary Categorisation = "ancillary" // goes with another service and is strictly necessary for it
)

// OffenceDetection says whether the law authorises a system against offences.
type OffenceDetection string

// The authorisations. OffencesNone states that there is none.
const (
	OffencesNone       OffenceDetection = "none"
	OffencesAuthorised OffenceDetection = "authorised"
	OffencesReporting  OffenceDetection = "public_reporting" // and the public reports offences through it
)

// Downstream is something that others make of a system of the organisation.
type Downstream string

// What others make of it. DownstreamNone states that they do none of these.
const (
	DownstreamNone       Downstream = "none"
	DownstreamIntegrated Downstream = "integrated" // a part of a high-risk system of theirs
	DownstreamTakenOver  Downstream = "taken_over" // they became its provider in law (EU AI Act, Article 25(1))
	DownstreamExcluded   Downstream = "excluded"   // they did, although the organisation had clearly excluded it
)

// Autonomy says how far a system acts without a person, from informing to
// acting before anybody looks.
type Autonomy string

// The degrees of autonomy, in order.
const (
	AutonomyInforms    Autonomy = "informs"         // output is read, nothing hangs on it
	AutonomyAdvises    Autonomy = "advises"         // one input among others
	AutonomyRecommends Autonomy = "recommends"      // recommends, and is mostly followed
	AutonomySupervised Autonomy = "acts_supervised" // acts, a person can stop it
	AutonomyAutomated  Autonomy = "acts_alone"      // acts before any person looks
)

// Effect is what an outcome does to a person.
type Effect string

// The effects, from none to a matter of safety. EffectNone states that no
// person is affected.
const (
	EffectNone        Effect = "none"
	EffectConvenience Effect = "convenience"
	EffectSignificant Effect = "significant"
	EffectLegal       Effect = "legal"
	EffectSafety      Effect = "safety"
)

// Reversibility says how easily a wrong outcome is put right.
type Reversibility string

// The degrees of reversibility, from easy to impossible.
const (
	ReversibilityEasy   Reversibility = "easy"
	ReversibilityEffort Reversibility = "effort"
	ReversibilityHard   Reversibility = "hard"
	ReversibilityNone   Reversibility = "none"
)

// Explainability says what reasons can be given for an outcome.
type Explainability string

// The degrees of explainability, from best to worst.
const (
	ExplainInherent Explainability = "inherent"
	ExplainPostHoc  Explainability = "post_hoc"
	ExplainOpaque   Explainability = "opaque"
)

// Reach is how many people a system touches in a year.
type Reach string

// The steps of reach, in order.
const (
	ReachUnder1K  Reach = "under_1000"
	ReachUnder10K Reach = "under_10000"
	ReachUnder1M  Reach = "under_1000000"
	ReachMass     Reach = "mass" // a million or more, or a whole population
)

// DataCategory is a category of data.
type DataCategory string

// The categories of data. DataNone states that no data of note is used.
const (
	DataNone           DataCategory = "none"
	DataPersonal       DataCategory = "personal"
	DataSpecial        DataCategory = "special"
	DataBiometric      DataCategory = "biometric"
	DataHealth         DataCategory = "health"
	DataChildren       DataCategory = "children"
	DataCriminal       DataCategory = "criminal"
	DataFinancial      DataCategory = "financial"
	DataLocation       DataCategory = "location"
	DataCommunications DataCategory = "communications"
	DataEmployment     DataCategory = "employment"
	DataConfidential   DataCategory = "confidential"
	DataCopyrighted    DataCategory = "copyrighted"
	DataScraped        DataCategory = "scraped"
	DataIndigenous     DataCategory = "indigenous"
	DataSynthetic      DataCategory = "synthetic"
)

// DataOrigin says where data comes from.
type DataOrigin string

// The origins of data. DataOriginNone states that there is no data of note, whose
// origin would matter.
const (
	DataOriginNone     DataOrigin = "none"
	OriginOwn          DataOrigin = "own"
	OriginAcquired     DataOrigin = "acquired"
	OriginThirdParty   DataOrigin = "third_party"
	OriginUserSupplied DataOrigin = "user_supplied"
	OriginScraped      DataOrigin = "scraped"
)

// ModelSource says where a model comes from.
type ModelSource string

// The sources of a model. ModelNone states that there is no learned model.
const (
	ModelNone        ModelSource = "none"
	ModelOwn         ModelSource = "own"
	ModelThirdParty  ModelSource = "third_party"
	ModelOpenWeights ModelSource = "open_weights"
)

// TechMaturity says how proven a technique is.
type TechMaturity string

// The degrees of technical maturity, from best to worst.
const (
	TechProven       TechMaturity = "proven"
	TechNew          TechMaturity = "new"
	TechExperimental TechMaturity = "experimental"
)

// Content is a kind of content that a system makes.
type Content string

// The kinds of content. ContentNone states that it makes none.
const (
	ContentNone  Content = "none"
	ContentText  Content = "text"
	ContentImage Content = "image"
	ContentAudio Content = "audio"
	ContentVideo Content = "video"
	ContentCode  Content = "code"
)

// Hosting says where a system runs.
type Hosting string

// The places of hosting.
const (
	HostingInternal Hosting = "internal"
	HostingExternal Hosting = "external"
)
