package aims

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// toDays turns moments into the days that they were meant as: what was due "on 30 June"
// was kept as a moment of that day, and so ran out within it. The day is that of the text
// as it was written, as a body does not know where the organisation is. Paths lead
// through objects and lists.
func toDays(paths ...string) ledger.Upcaster {
	return func(fields map[string]json.RawMessage) error {
		for _, path := range paths {
			if err := toDay(fields, strings.Split(path, ".")); err != nil {
				return fmt.Errorf("field %s: %w", path, err)
			}
		}
		return nil
	}
}

func toDay(fields map[string]json.RawMessage, path []string) error {
	raw, ok := fields[path[0]]
	if !ok || string(raw) == "null" {
		return nil
	}
	var next json.RawMessage
	var err error
	if raw[0] == '[' {
		var list []json.RawMessage
		if err = json.Unmarshal(raw, &list); err != nil {
			return err
		}
		for i := range list {
			if list[i], err = dayIn(list[i], path[1:]); err != nil {
				return err
			}
		}
		next, err = json.Marshal(list)
	} else {
		next, err = dayIn(raw, path[1:])
	}
	fields[path[0]] = next
	return err
}

// dayIn turns a moment into its day, or those at a path below an object.
func dayIn(raw json.RawMessage, path []string) (json.RawMessage, error) {
	if len(path) > 0 {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(raw, &fields); err != nil {
			return nil, err
		}
		if err := toDay(fields, path); err != nil {
			return nil, err
		}
		return json.Marshal(fields)
	}
	var at time.Time
	if err := json.Unmarshal(raw, &at); err != nil {
		return nil, err
	}
	var day calendar.Date
	if !at.IsZero() {
		day = calendar.New(at.Date())
	}
	return json.Marshal(day)
}
