package impact

import (
	"bytes"
	"encoding/json"
)

// Axis says where a harm lands first.
type Axis string

// The axes.
const (
	AxisIndividual   Axis = "individual"
	AxisGroup        Axis = "group"
	AxisSociety      Axis = "society"
	AxisOrganisation Axis = "organisation"
)

// IsValid reports whether it is one of the axes; the zero value is none.
func (a Axis) IsValid() bool {
	return a == AxisIndividual || a == AxisGroup || a == AxisSociety || a == AxisOrganisation
}

// mustDecode reads a table of this package. A table that can't be read is a
// fault of the build, which the tests rule out.
func mustDecode[T any](b []byte) T {
	var v T
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		panic("impact: embedded table: " + err.Error())
	}
	return v
}

func find[T any](list []T, is func(*T) bool) (T, bool) {
	for i := range list {
		if is(&list[i]) {
			return list[i], true
		}
	}
	var none T
	return none, false
}
