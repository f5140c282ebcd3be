package euact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

func alters(a ...register.Alteration) edit { return func(s *system) { s.Alterations = a } }
func supplies(d ...register.Downstream) edit {
	return func(s *system) { s.Supplies, s.Downstream = register.Yes, d }
}
func authorised(o register.OffenceDetection) edit {
	return func(s *system) { s.OffenceDetection = o }
}
func generator(safe register.Answer) edit {
	return func(s *system) {
		s.Functions = []register.Function{register.FunctionGenerate, register.FunctionGenerateIntimate}
		s.Generates, s.IntimateSafeguards = []register.Content{register.ContentImage}, safe
	}
}
func on(d ...register.Domain) edit { return func(s *system) { s.Domains = d } }
func can(f ...register.Function) edit {
	return func(s *system) { s.Functions = f }
}
func holding(d ...register.DataCategory) edit {
	return func(s *system) { s.Data = d }
}
func affects(e ...register.Effect) edit { return func(s *system) { s.Effects = e } }
func touches(parties ...string) edit    { return func(s *system) { s.Affected = parties } }
func onBehalf(s *system)                { s.OnBehalf = register.Yes }
func obvious(s *system)                 { s.ObviousAI = register.Yes }
func editing(s *system)                 { s.StandardEditing = register.Yes }
func editor(s *system)                  { s.EditorialControl = register.Yes }

const (
	yes, no                  = register.Yes, register.No
	none                     = register.PracticeNone
	recruitment, employment  = register.PracticeRecruitment, register.DomainEmployment
	device, component        = register.PracticeMedicalDevice, register.PracticeProductSafetyComponent
	machine, vehicle         = register.PracticeMachinery, register.PracticeVehicle
	live, remote             = register.PracticeRealtimeBiometricIDLE, register.PracticeRemoteBiometricID
	categories, sensitive    = register.PracticeBiometricCategorisation, register.PracticeBiometricCategorySensitive
	emotion, emotionWork     = register.PracticeEmotionInference, register.PracticeEmotionWorkEducation
	infrastructure           = register.PracticeCriticalSafetyComponent
	verification, cardFraud  = register.PracticeBiometricVerification, register.PracticeFinancialFraud
	text, image, noContent   = register.ContentText, register.ContentImage, register.ContentNone
	narrow, improves         = register.ExemptionNarrowTask, register.ExemptionImprovesResult
	patterns, preparatory    = register.ExemptionDetectsPatterns, register.ExemptionPreparatory
	police, grid             = register.DomainLawEnforcement, register.DomainCriticalInfrastructure
	scores, personalData     = register.FunctionScorePeople, register.DataPersonal
	worker, publicServices   = "worker", register.DeployerPublicService
	ownName, substantial     = register.AlterationOwnName, register.AlterationSubstantial
	newPurpose, fraud        = register.AlterationNewPurpose, register.PracticeBenefitFraud
	eligibility, evaluations = register.PracticeBenefitEligibility, register.PracticeLearningEvaluation
)

// cases are, for each row, a system on which it holds and one that just misses it.
var cases = map[string][2]system{
	// Scope and roles. EU-2-1 and EU-2 are the way in and show in what follows.
	"EU-2-1":              {plain(in("CH", "FR-BRE")), plain(in("CH", "FR-NC"))},
	"EU-2-1-not":          {plain(in("NO")), plain(in("NO", "AX"))},
	"EU-2-3":              {plain(defence), plain()},
	"EU-2-6":              {plain(research), plain(on(register.DomainResearch))},
	"EU-2-10":             {plain(personal), plain(personal, as(deployer, provider))},
	"EU-2":                {plain(), plain(research)},
	"EU-3-4-personal":     {plain(personal, as(provider, deployer)), plain(as(provider, deployer))},
	"EU-3-provider":       {plain(as(provider)), plain(as(deployer))},
	"EU-3-deployer":       {plain(as(deployer, provider)), plain(as(deployer, provider), personal)},
	"EU-3-representative": {plain(as(represented)), plain(as(importer))},
	"EU-3-importer":       {plain(as(importer)), plain(as(distributor))},
	"EU-3-distributor":    {plain(as(distributor)), plain(as(importer))},
	"EU-3-manufacturer":   {plain(as(manufacturer)), plain(as(provider))},
	"EU-2-12":             {plain(as(provider), open), plain(as(provider), open, model)},
	// Article 5.
	"EU-5-1-a":      {plain(does(register.PracticeManipulationHarm)), plain(does(register.PracticeDynamicPricing))},
	"EU-5-1-b":      {plain(does(register.PracticeExploitVulnerability)), plain(does(register.PracticeManipulationHarm))},
	"EU-5-1-ba":     {plain(does(register.PracticeIntimateImagery)), plain(generator(no))},
	"EU-5-1-bb-not": {plain(does(register.PracticeCSAM), excepted(register.ExceptionWithRight)), plain(does(register.PracticeCSAM))},
	"EU-5-1-bb":     {plain(does(register.PracticeCSAM)), plain(does(register.PracticeCSAM), excepted(register.ExceptionWithRight))},
	"EU-5-1a":       {plain(generator(no), as(importer)), plain(generator(no), as(deployer, distributor))},
	"EU-5-1-c":      {plain(does(register.PracticeSocialScoring)), plain(does(register.PracticeCreditworthiness))},
	"EU-5-1-d":      {plain(does(register.PracticeCrimePredictionProfiling)), plain(does(register.PracticeReoffendingRisk))},
	"EU-5-1-e":      {plain(does(register.PracticeUntargetedFaceScraping)), plain(does(remote))},
	"EU-5-1-f-not":  {plain(does(emotionWork), excepted(register.ExceptionMedical)), plain(does(emotionWork), excepted(register.ExceptionLabelling))},
	"EU-5-1-f":      {plain(does(emotionWork)), plain(does(emotionWork), reads(register.EmotionOther))},
	"EU-5-1-g-not":  {plain(does(sensitive), excepted(register.ExceptionLECategories)), plain(does(sensitive), excepted(register.ExceptionSafety))},
	"EU-5-1-g":      {plain(does(sensitive)), plain(does(categories))},
	"EU-5-1-h-not":  {plain(does(live), excepted(register.ExceptionRBIThreat)), plain(does(live))},
	"EU-5-1-h":      {plain(does(live)), plain(does(live), as(provider))},
	// Annex I.
	"EU-6-1a":          {plain(does(infrastructure), convenient), plain(does(device), convenient)},
	"EU-I-A-device":    {plain(does(device), assessed), plain(does(device))},
	"EU-I-A-product":   {plain(does(component), assessed), plain(does(component), assessed, convenient)},
	"EU-I-B-machinery": {plain(does(machine), assessed), plain(does(machine), assessed, convenient)},
	"EU-I-B-vehicle":   {plain(does(vehicle), assessed), plain(does(vehicle))},
	"EU-6-1":           {plain(does(component), assessed), plain(does(machine), assessed)},
	"EU-6-1-B":         {plain(does(machine), assessed), plain(does(component), assessed)},
	"EU-X-device":      {plain(does(device), assessed, convenient), plain(does(device), convenient)},
	// Annex III.
	"EU-III-1-a":             {plain(does(remote)), plain(does(verification))},
	"EU-III-1-a-live":        {plain(does(live), as(provider)), plain(does(remote))},
	"EU-III-1-b":             {plain(does(categories)), plain(does(categories), sorts(register.CategorisedOther))},
	"EU-III-1-b-deduced":     {plain(does(sensitive), excepted(register.ExceptionLabelling)), plain(does(sensitive))},
	"EU-III-1-c":             {plain(does(emotion)), plain(does(emotion), reads(register.EmotionOther))},
	"EU-III-1-c-work":        {plain(does(emotionWork), excepted(register.ExceptionSafety)), plain(does(emotionWork))},
	"EU-III-2":               {plain(does(infrastructure)), plain(does(infrastructure), convenient)},
	"EU-III-3-a":             {plain(does(register.PracticeAdmission)), plain(does(evaluations))},
	"EU-III-3-b":             {plain(does(evaluations)), plain(does(register.PracticeExamProctoring))},
	"EU-III-3-d":             {plain(does(register.PracticeExamProctoring)), plain(does(evaluations))},
	"EU-III-4-a":             {plain(does(recruitment)), plain(does(register.PracticeWorkerManagement))},
	"EU-III-4-b":             {plain(does(register.PracticeWorkerManagement)), plain(does(recruitment))},
	"EU-III-5-a-eligibility": {plain(does(eligibility)), plain(does(fraud))},
	"EU-III-5-a-fraud":       {plain(does(fraud)), plain(does(cardFraud))},
	"EU-III-5-b":             {plain(does(register.PracticeCreditworthiness)), plain(does(cardFraud))},
	"EU-III-5-c":             {plain(does(register.PracticeLifeHealthInsurance)), plain(does(register.PracticeOtherInsurance))},
	"EU-III-5-d-calls":       {plain(does(register.PracticeEmergencyTriage)), plain(does(register.PracticePatientTriage))},
	"EU-III-5-d-patients":    {plain(does(register.PracticePatientTriage)), plain(does(register.PracticeEmergencyTriage))},
	"EU-III-6-a":             {plain(does(register.PracticeVictimRisk)), plain(does(register.PracticeReoffendingRisk))},
	"EU-III-6-b":             {plain(does(register.PracticePolygraphLE)), plain(does(register.PracticePolygraphBorder))},
	"EU-III-6-c":             {plain(does(register.PracticeEvidenceReliability)), plain(does(register.PracticeAsylumVisa))},
	"EU-III-6-d":             {plain(does(register.PracticeReoffendingRisk)), plain(does(register.PracticeCrimePredictionProfiling))},
	"EU-III-6-e":             {plain(does(register.PracticeLEProfiling)), plain(does(cardFraud), profiles)},
	"EU-III-7-a":             {plain(does(register.PracticePolygraphBorder)), plain(does(register.PracticePolygraphLE))},
	"EU-III-7-b":             {plain(does(register.PracticeMigrationRisk)), plain(does(register.PracticeVictimRisk))},
	"EU-III-7-c":             {plain(does(register.PracticeAsylumVisa)), plain(does(register.PracticeEvidenceReliability))},
	"EU-III-7-d":             {plain(does(register.PracticeMigrationIdentification)), plain(does(verification))},
	"EU-III-8-a":             {plain(does(register.PracticeJudicialAssistance)), plain(on(register.DomainLegalAdvice))},
	"EU-III-8-b":             {plain(does(register.PracticeVoteInfluence)), plain(on(register.DomainElections))},
	"EU-6-2":                 {plain(does(recruitment)), plain(does(recruitment), claims(narrow))},
	// Article 6(3).
	"EU-6-3-claimed":   {plain(claims(narrow)), plain(does(recruitment), claims(narrow))},
	"EU-6-3-le":        {plain(does(register.PracticeLEProfiling)), plain(does(register.PracticeReoffendingRisk), profiles)},
	"EU-6-3-a":         {plain(does(recruitment), claims(narrow)), plain(does(recruitment), claims(narrow), profiles)},
	"EU-6-3-b":         {plain(does(recruitment), claims(improves)), plain(does(recruitment), claims(narrow))},
	"EU-6-3-c":         {plain(does(recruitment), claims(patterns)), plain(does(register.PracticeLEProfiling), claims(patterns))},
	"EU-6-3-d":         {plain(does(recruitment), claims(preparatory)), plain(does(recruitment), claims(preparatory), harmful)},
	"EU-6-3-profiling": {plain(does(recruitment), claims(narrow), profiles), plain(does(recruitment), profiles)},
	"EU-6-3-risk":      {plain(does(recruitment), claims(narrow), harmful), plain(does(recruitment), harmful)},
	"EU-X-claim":       {plain(does(cardFraud), claims(narrow)), plain(does(recruitment), claims(narrow))},
	// Article 25.
	"EU-25-1-a":          {plain(does(recruitment), alters(ownName)), plain(alters(ownName))},
	"EU-25-1-b":          {plain(does(recruitment), alters(substantial)), plain(does(recruitment), claims(narrow), alters(substantial))},
	"EU-25-1-c":          {plain(does(recruitment), alters(newPurpose), as(represented)), plain(does(recruitment), alters(newPurpose), as(provider))},
	"EU-25-3":            {plain(does(component), assessed, as(manufacturer)), plain(does(machine), assessed, as(manufacturer))},
	"EU-25-4-open":       {plain(open), plain(open, model)},
	"EU-D-25-4":          {plain(does(recruitment), as(provider)), plain(does(machine), assessed, as(provider))},
	"EU-D-25-4-supplier": {plain(as(provider), supplies(register.DownstreamIntegrated)), plain(as(provider), open, talks, supplies(register.DownstreamIntegrated))},
	"EU-D-25-2":          {plain(as(provider), supplies(register.DownstreamTakenOver)), plain(as(provider), supplies(register.DownstreamExcluded))},
	// Article 50.
	"EU-50-1-obvious":   {plain(talks, obvious), plain(obvious)},
	"EU-50-1-offences":  {plain(talks, authorised(register.OffencesAuthorised)), plain(talks, authorised(register.OffencesReporting))},
	"EU-50-offences":    {plain(authorised(register.OffencesReporting)), plain(authorised(register.OffencesNone))},
	"EU-50-2-editing":   {plain(makes(text), editing), plain(makes(noContent), editing)},
	"EU-50-4-editorial": {plain(does(register.PracticePublicInterestInformation), editor), plain(editor)},
	"EU-50-1":           {plain(talks), plain(talks, obvious)},
	"EU-50-2":           {plain(makes(text)), plain(makes(register.ContentCode))},
	"EU-50-3":           {plain(does(emotion)), plain(does(emotion), authorised(register.OffencesAuthorised))},
	"EU-50-3-others":    {plain(does(categories), sorts(register.CategorisedOther)), plain(does(categories), sorts(register.CategorisedAncillary))},
	"EU-50-4-fake":      {plain(does(register.PracticeDeepfake)), plain(does(register.PracticeDeepfake), authorised(register.OffencesAuthorised))},
	"EU-50-4-text":      {plain(does(register.PracticePublicInterestInformation)), plain(does(register.PracticePublicInterestInformation), editor)},
	"EU-50-own-1":       {plain(talks, as(provider)), plain(talks)},
	"EU-50-own-2":       {plain(makes(text), as(provider)), plain(makes(text))},
	"EU-50-own-3":       {plain(does(emotion)), plain(does(emotion), as(provider))},
	"EU-50-own-4-fake":  {plain(does(register.PracticeDeepfake)), plain(does(register.PracticeDeepfake), as(provider))},
	"EU-50-own-4-text":  {plain(does(register.PracticePublicInterestInformation)), plain(does(register.PracticePublicInterestInformation), as(provider))},
	"EU-D-50-1":         {plain(talks, as(provider)), plain(talks, as(provider), does(vehicle), assessed)},
	"EU-D-50-2":         {plain(makes(text), as(provider)), plain(makes(text), editing, as(provider))},
	"EU-D-50-3":         {plain(does(categories), sorts(register.CategorisedOther)), plain(does(categories), as(provider))},
	"EU-D-50-4-fake":    {plain(does(register.PracticeDeepfake)), plain(does(register.PracticeDeepfake), as(provider))},
	"EU-D-50-4-text":    {plain(does(register.PracticePublicInterestInformation)), plain(does(register.PracticePublicInterestInformation), editor)},
	// What is left.
	"EU-95":         {plain(), plain(talks)},
	"EU-open":       {plain(func(s *system) { s.Practices = nil }), plain()},
	"EU-open-place": {plain(in()), plain(in(), defence)},
	// Models.
	"EU-53":       {plain(as(provider), model), plain(as(provider), model, research)},
	"EU-51":       {plain(as(provider), systemic), plain(as(provider), model)},
	"EU-53-2":     {plain(as(provider), model, open), plain(as(provider), systemic, open)},
	"EU-D-53-1-a": {plain(as(provider), model), plain(as(provider), model, open)},
	"EU-D-53-1-b": {plain(as(provider), systemic, open), plain(as(provider), model, open)},
	"EU-D-53-1-c": {plain(as(provider), model, open), plain(as(provider), open)},
	"EU-D-53-1-d": {plain(as(provider), model, open), plain(as(provider), open)},
	"EU-D-53-3":   {plain(as(provider), model, open), plain(as(provider), open)},
	"EU-D-54":     {plain(as(provider), model), plain(as(provider), model, open)},
	"EU-D-52":     {plain(as(provider), systemic), plain(as(provider), model)},
	"EU-D-55":     {plain(as(provider), systemic), plain(as(provider), model)},
	// Fundamental rights and the workplace.
	"EU-27-1-body":     {plain(does(recruitment), by(publicServices)), plain(does(infrastructure), by(publicServices))},
	"EU-27-1-finance":  {plain(does(register.PracticeLifeHealthInsurance)), plain(does(register.PracticeOtherInsurance))},
	"EU-D-27-1":        {plain(does(recruitment), public), plain(does(recruitment))},
	"EU-D-27-3":        {plain(does(recruitment), public), plain(does(infrastructure), public)},
	"EU-26-7-managed":  {plain(does(register.PracticeWorkerManagement)), plain(does(register.PracticeWorkerManagement), as(provider))},
	"EU-26-7-affected": {plain(does(recruitment), touches(worker)), plain(does(recruitment), touches("applicant"))},
	"EU-D-26-7":        {plain(does(recruitment), touches(worker)), plain(touches(worker))},
	// Checks.
	"EU-X-emotion":        {plain(does(emotion), on(employment)), plain(does(emotion), on(register.DomainHealthcare))},
	"EU-X-remote-id":      {plain(does(remote), on(police)), plain(does(remote), on(register.DomainMarketing))},
	"EU-X-categories":     {plain(does(categories), holding(register.DataSpecial)), plain(does(categories))},
	"EU-X-intimate":       {plain(can(register.FunctionGenerateIntimate)), plain(can(register.FunctionGenerate))},
	"EU-X-likeness":       {plain(can(register.FunctionFaceSwap)), plain(does(register.PracticeDeepfake), can(register.FunctionFaceSwap))},
	"EU-X-work":           {plain(on(employment), can(scores)), plain(on(employment), can(register.FunctionSearch))},
	"EU-X-education":      {plain(on(register.DomainEducation), can(scores)), plain(does(evaluations), on(register.DomainEducation), can(scores))},
	"EU-X-services":       {plain(on(register.DomainCredit), can(scores)), plain(on(register.DomainFinance), can(scores))},
	"EU-X-authorities":    {plain(on(police), can(register.FunctionIdentify)), plain(on(police), can(register.FunctionTranscribe))},
	"EU-X-infrastructure": {plain(on(grid), can(register.FunctionControlPhysical)), plain(on(grid), can(register.FunctionForecast))},
	// Duties of all and of providers.
	"EU-D-5":                   {plain(does(register.PracticeSocialScoring)), plain(does(emotionWork), excepted(register.ExceptionSafety))},
	"EU-D-5-2":                 {plain(does(live), excepted(register.ExceptionRBISuspect)), plain(does(live))},
	"EU-D-4-provider":          {plain(as(provider)), plain(as(provider), open)},
	"EU-D-4-deployer":          {plain(), plain(does(vehicle), assessed)},
	"EU-D-2-2":                 {plain(does(vehicle), assessed), plain(does(component), assessed)},
	"EU-D-8":                   {plain(does(recruitment), as(provider)), plain(does(recruitment))},
	"EU-D-16":                  {plain(does(recruitment), as(provider)), plain(does(recruitment), as(provider), claims(narrow))},
	"EU-D-17":                  {plain(does(recruitment), as(provider)), plain(does(machine), assessed, as(provider))},
	"EU-D-18":                  {plain(does(component), assessed, as(manufacturer)), plain(does(component), as(manufacturer))},
	"EU-D-19":                  {plain(does(recruitment), as(provider)), plain(as(provider))},
	"EU-D-20":                  {plain(does(recruitment), as(provider)), plain(does(recruitment), as(importer))},
	"EU-D-22":                  {plain(does(recruitment), as(provider)), plain(does(recruitment), as(represented))},
	"EU-D-43":                  {plain(does(remote), as(provider)), plain(does(verification), as(provider))},
	"EU-D-47":                  {plain(does(device), assessed, as(provider)), plain(does(device), as(provider))},
	"EU-D-72":                  {plain(does(recruitment), as(provider)), plain(does(recruitment))},
	"EU-D-73":                  {plain(does(recruitment), as(provider)), plain(does(recruitment))},
	"EU-D-49-1":                {plain(does(recruitment), as(provider)), plain(does(infrastructure), as(provider))},
	"EU-D-49-5":                {plain(does(infrastructure), as(provider)), plain(does(recruitment), as(provider))},
	"EU-D-6-4":                 {plain(does(recruitment), as(provider), claims(narrow)), plain(does(recruitment), as(provider), claims(narrow), profiles)},
	"EU-D-49-2":                {plain(as(provider), claims(narrow)), plain(claims(narrow))},
	"EU-D-49-2-representative": {plain(does(recruitment), as(represented), claims(narrow)), plain(does(recruitment), as(represented))},
	// Duties of deployers.
	"EU-D-26-1":  {plain(does(recruitment)), plain(does(recruitment), claims(narrow))},
	"EU-D-26-2":  {plain(does(recruitment)), plain(does(vehicle), assessed)},
	"EU-D-26-4":  {plain(does(infrastructure)), plain(does(infrastructure), convenient)},
	"EU-D-26-5":  {plain(does(device), assessed), plain(does(device))},
	"EU-D-26-6":  {plain(does(recruitment)), plain(does(recruitment), as(provider))},
	"EU-D-26-12": {plain(does(recruitment)), plain(does(recruitment), in("CH"))},
	"EU-D-26-8":  {plain(does(recruitment), public), plain(does(infrastructure), public)},
	"EU-D-49-3":  {plain(does(recruitment), onBehalf), plain(does(infrastructure), onBehalf)},
	"EU-D-26-9":  {plain(does(recruitment), holding(personalData)), plain(does(infrastructure), holding(register.DataNone))},
	"EU-D-26-10": {plain(does(remote), on(police)), plain(does(live), excepted(register.ExceptionRBIVictims), on(police))},
	"EU-D-26-11": {plain(does(recruitment), affects(register.EffectConvenience)), plain(does(recruitment), affects(register.EffectNone))},
	"EU-D-86":    {plain(does(recruitment), affects(register.EffectLegal)), plain(does(infrastructure), affects(register.EffectSafety))},
	// Duties of others.
	"EU-D-23":   {plain(does(recruitment), as(importer)), plain(does(recruitment), as(distributor))},
	"EU-D-24":   {plain(does(recruitment), as(distributor)), plain(does(recruitment), as(importer))},
	"EU-D-22-3": {plain(does(recruitment), as(represented)), plain(does(machine), assessed, as(represented))},
}

// Every row fires on what it is about and on nothing less.
func TestEveryRow(t *testing.T) {
	table := euact.Default().Table()
	for _, row := range table.Rows {
		c, ok := cases[row.ID]
		require.True(t, ok, "%s has no case", row.ID)
		for i, s := range c {
			got := euact.Classify(s, onDay)
			_, duty := got.Duty(row.ID)
			holds := duty || plays(got, row.ID) || got.Holds(row.ID)
			if row.ID == "EU-2-1" || row.ID == "EU-2" { // the way in, which is no reason
				holds = got.Class != euact.OutOfScope
			}
			require.Equal(t, i == 0, holds, "%s, %s: %v", row.ID, [...]string{"what fires it", "what just misses it"}[i], rows(append(got.Reasons, got.Also...)))
			require.NotEmpty(t, got.Reasons, row.ID)
		}
		require.NotEmpty(t, row.Ref, row.ID)
		require.NotEmpty(t, row.Why, row.ID)
	}
	require.Len(t, cases, len(table.Rows), "a case for a row that there is not")
}
