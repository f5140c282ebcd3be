package phrase_test

import (
	"fmt"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/phrase"
)

func ExampleIn() {
	german, err := phrase.In(language.German)
	if err != nil {
		panic(err)
	}
	fmt.Println(german.Number(10000))
	fmt.Println(german.Sprintf("January"))
	// Output:
	// 10.000
	// Januar
}
