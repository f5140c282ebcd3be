//go:build peers

package bench

import (
	"database/sql"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite"
)

func init() {
	heavyPeers = append(heavyPeers, peer{name: "SQLite WAL, FULL", open: openSQLite})
}

// sqliteStore is SQLite with a write-ahead log that is synced at each commit,
// one connection (SQLite has one writer at a time), a prepared statement and
// an integer key, which is its fastest way.
type sqliteStore struct {
	db     *sql.DB
	insert *sql.Stmt
}

func openSQLite(dir string, writers int) (store, error) {
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(filepath.Join(dir, "sqlite.db")),
		RawQuery: "_journal_mode=WAL&_synchronous=FULL"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &sqliteStore{db: db}
	if _, err = db.Exec("CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"); err == nil {
		s.insert, err = db.Prepare("INSERT INTO records (id, body) VALUES (?, ?)")
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

func (s *sqliteStore) put(n int64) error {
	_, err := s.insert.Exec(n, recordBody(n))
	return err
}

func (s *sqliteStore) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	rows, err := s.db.Query("SELECT id, body FROM records")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return nil, err
		}
		bodies[recordKey(id)] = body
	}
	return bodies, rows.Err()
}

func (s *sqliteStore) close() error { return s.db.Close() }
