package register

import (
	"reflect"
	"slices"
	"sync"
)

// Enum are the types of this package that have a list of values.
type Enum interface {
	Stage | Answer | Audience | AIRole | Build | Alteration | SoleUse | DeployerKind | Domain | Function | Practice |
		Exemption | Exception | EmotionSource | Categorisation | OffenceDetection | Downstream | Autonomy | Effect | Reversibility | Explainability | Reach | DataCategory | DataOrigin |
		ModelSource | TechMaturity | Content | Hosting | Axis | Area | Option | AttributeKind | ChangeWhat | ItemKind | ItemFor | ProcessTopic
}

// Values returns the values of a type in order, without the zero value:
// Values[Stage](). They are what stands in JSON. It is meant for those who make
// schemas or forms; what each means stands in the attribute table.
func Values[T Enum]() []T {
	texts := enumValues()[reflect.TypeFor[T]()]
	values := make([]T, len(texts))
	for i, v := range texts {
		values[i] = T(v)
	}
	return values
}

// enumValues are the values of each type: those of attributes from their table.
var enumValues = sync.OnceValue(func() map[reflect.Type][]string {
	all := map[reflect.Type][]string{
		reflect.TypeFor[Axis]():          texts(axes),
		reflect.TypeFor[Area]():          texts(append(Areas(AxisOrganisation), Areas(AxisPeople)...)),
		reflect.TypeFor[Option]():        texts(options),
		reflect.TypeFor[AttributeKind](): texts([]AttributeKind{KindText, KindAnswer, KindChoice, KindOrdered, KindSet, KindList, KindDate, KindRecord}),
		reflect.TypeFor[ChangeWhat](): texts([]ChangeWhat{Answered, Retracted, Editorial, Updated, Raised, Lowered, Weakened, Strengthened,
			SwitchedOn, SwitchedOff, Widened, Narrowed, Changed}),
		reflect.TypeFor[ProcessTopic](): topicIDs(),
		reflect.TypeFor[ItemKind]():     texts([]ItemKind{ItemOwner, ItemPurpose, ItemAssessmentStarted, ItemAssessmentApproved, ItemRisks, ItemEvidence, ItemRetirement, ItemRetirementTold, ItemSignature}),
		reflect.TypeFor[ItemFor]():      texts([]ItemFor{ForAll, ForDeveloped, ForThirdParty, ForSupplied, ForLimitedUp}),
	}
	system := reflect.TypeFor[System]()
	for _, a := range attributes() {
		t := system.Field(a.field - 1).Type
		if t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.String || len(a.Values) == 0 || all[t] != nil {
			continue
		}
		for _, v := range a.Values {
			all[t] = append(all[t], v.ID)
		}
	}
	return all
})

func topicIDs() []string {
	ids := make([]string, len(processTopics))
	for i, t := range processTopics {
		ids[i] = string(t.ID)
	}
	return ids
}

func isValue[T Enum](v T) bool {
	return slices.Contains(enumValues()[reflect.TypeFor[T]()], string(v))
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// IsValid reports whether the answer is yes, no or not given.
func (v Answer) IsValid() bool { return v == Unknown || isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Stage) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Audience) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v AIRole) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Build) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Alteration) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v SoleUse) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v DeployerKind) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Domain) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Function) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Practice) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Exemption) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Exception) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v EmotionSource) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Categorisation) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v OffenceDetection) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Downstream) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Autonomy) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Effect) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Reversibility) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Explainability) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Reach) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v DataCategory) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v DataOrigin) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v ModelSource) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v TechMaturity) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Content) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Hosting) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Axis) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Area) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v Option) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v AttributeKind) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v ChangeWhat) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v ItemKind) IsValid() bool { return isValue(v) }

// IsValid reports whether it is one of the values; the zero value is none.
func (v ItemFor) IsValid() bool { return isValue(v) }
