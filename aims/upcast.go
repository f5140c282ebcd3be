package aims

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// toDays turns moments into the days that they were meant as: what was due "on 30 June"
// was kept as a moment of that day, and so ran out within it. The day is that of the text
// as it was written, as a body does not know where the organisation is. Paths lead
// through objects and lists.
func toDays(paths ...string) ledger.Upcaster { return along(dayOf, paths) }

// toTexts turns English sentences into texts that say them as they stand.
func toTexts(paths ...string) ledger.Upcaster { return along(textOf, paths) }

// along turns the values at paths, each by the same function.
func along(turn func(json.RawMessage) (json.RawMessage, error), paths []string) ledger.Upcaster {
	return func(fields map[string]json.RawMessage) error {
		for _, path := range paths {
			if err := turnIn(fields, strings.Split(path, "."), turn); err != nil {
				return fmt.Errorf("field %s: %w", path, err)
			}
		}
		return nil
	}
}

func turnIn(fields map[string]json.RawMessage, path []string, turn func(json.RawMessage) (json.RawMessage, error)) error {
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
			if list[i], err = turnAt(list[i], path[1:], turn); err != nil {
				return err
			}
		}
		next, err = json.Marshal(list)
	} else {
		next, err = turnAt(raw, path[1:], turn)
	}
	fields[path[0]] = next
	return err
}

// turnAt turns a value, or those at a path below an object.
func turnAt(raw json.RawMessage, path []string, turn func(json.RawMessage) (json.RawMessage, error)) (json.RawMessage, error) {
	if len(path) == 0 {
		return turn(raw)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	if err := turnIn(fields, path, turn); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// dayOf is the day of a moment.
func dayOf(raw json.RawMessage) (json.RawMessage, error) {
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

// textOf is a text that says a sentence as it stands.
func textOf(raw json.RawMessage) (json.RawMessage, error) {
	var sentence string
	if err := json.Unmarshal(raw, &sentence); err != nil {
		return nil, err
	}
	return json.Marshal(issue.NewText("%s", sentence))
}
