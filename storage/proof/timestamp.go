package proof

import (
	"context"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Timestamper has somebody outside attest that a checkpoint existed at a time:
// a time-stamping authority by RFC 3161, for one. With it, a receipt shows that
// its revision was recorded no later than that, whatever the keeper's clock
// said.
type Timestamper interface {
	// Timestamp returns a token over a digest, as it comes from Signed.Digest,
	// to be kept beside the checkpoint. What is in it is the authority's form.
	Timestamp(ctx context.Context, digest storage.Hash) ([]byte, error)
}

// TimestampVerifier verifies what a Timestamper returns, from the authority's
// certificate and without asking it.
type TimestampVerifier interface {
	// VerifyTimestamp returns the time that a token attests for a digest. A
	// token that is not the authority's, or is over another digest, gives an
	// error.
	VerifyTimestamp(token []byte, digest storage.Hash) (time.Time, error)
}
