// Package importer is what TestImporterIsCheap builds: about the least that uses
// a management system.
package importer

import "github.com/aimskit/aimskit/aims"

// Systems counts the systems on the register.
func Systems(m *aims.Manager) int { return m.View().Systems().Len() }
