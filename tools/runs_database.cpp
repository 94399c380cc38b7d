#include "tools/runs_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "reports/words/terminal.h"

namespace tools {

namespace {

constexpr int kPatienceMs = 2000;
constexpr std::int64_t kApplication = 0x53504154;  // "SPAT", of our files among SQLite's
constexpr std::int64_t kVersion = 1;

// A seed has 64 bits and SQLite's integers have a sign, so it is kept as text.
constexpr const char* kTable =
    "CREATE TABLE runs (folder TEXT PRIMARY KEY, bytes INTEGER NOT NULL, "
    "changed_ns INTEGER NOT NULL, ended_s INTEGER NOT NULL, scenario TEXT NOT NULL, "
    "file TEXT NOT NULL, seed TEXT NOT NULL, replications INTEGER NOT NULL, "
    "fingerprint TEXT NOT NULL, arrivals_fingerprint TEXT NOT NULL, "
    "expectations INTEGER NOT NULL, crossed INTEGER NOT NULL, offered INTEGER NOT NULL, mean_ms "
    "REAL, "
    "p50_ms REAL, p99_ms REAL, availability REAL, cost_usd REAL, cost_usd_per_month REAL) STRICT;";

struct Sort {
    const char* word;
    const char* order;
};
// The newest first, names as in a book, and of what can be bad the worst.
constexpr std::array kSorts = {
    Sort{"when", "ended_s DESC"},
    Sort{"name", "folder"},
    Sort{"scenario", "scenario"},
    Sort{"p99", "p99_ms DESC"},
    Sort{"mean", "mean_ms DESC"},
    Sort{"availability", "availability IS NULL, availability"},
    Sort{"cost", "cost_usd_per_month DESC"},
};

class SqlStatement {
public:
    SqlStatement(sqlite3* database, const std::string& sql) {
        code_ = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement_, nullptr);
    }
    ~SqlStatement() { sqlite3_finalize(statement_); }
    SqlStatement(const SqlStatement&) = delete;
    SqlStatement& operator=(const SqlStatement&) = delete;

    SqlStatement& bind(const std::string& text) {
        sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
        return *this;
    }
    SqlStatement& bind(std::int64_t value) {
        sqlite3_bind_int64(statement_, ++bound_, value);
        return *this;
    }
    SqlStatement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    // SQLite has no NaN: it is NULL there.
    SqlStatement& bind(double value) {
        sqlite3_bind_double(statement_, ++bound_, value);
        return *this;
    }

    // Whether there is a row; what goes wrong is in code().
    bool step() {
        if (code_ == SQLITE_OK || code_ == SQLITE_ROW) code_ = sqlite3_step(statement_);
        return code_ == SQLITE_ROW;
    }
    bool is_done() const { return code_ == SQLITE_DONE; }
    int code() const { return code_; }

    std::string text(int column) const {
        const auto* const text = sqlite3_column_text(statement_, column);
        if (text == nullptr) return {};
        return {reinterpret_cast<const char*>(text),
                static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    std::int64_t whole(int column) const { return sqlite3_column_int64(statement_, column); }
    std::uint64_t count(int column) const { return static_cast<std::uint64_t>(whole(column)); }
    double number(int column) const {
        if (sqlite3_column_type(statement_, column) == SQLITE_NULL) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        return sqlite3_column_double(statement_, column);
    }

private:
    sqlite3_stmt* statement_ = nullptr;
    int code_ = SQLITE_OK;
    int bound_ = 0;
};

CatalogueEntry entry_of(const SqlStatement& row) {
    CatalogueEntry entry{row.text(0), row.whole(1), row.whole(2), row.whole(3), {}};
    RunRecord& run = entry.run;
    run.scenario = row.text(4);
    run.file = row.text(5);
    const std::string seed = row.text(6);
    std::from_chars(seed.data(), seed.data() + seed.size(), run.seed);
    run.replications = row.count(7);
    run.fingerprint = row.text(8);
    run.arrivals_fingerprint = row.text(9);
    run.expectations = row.count(10);
    run.crossed = row.count(11);
    run.offered = row.count(12);
    run.mean_ms = row.number(13);
    run.p50_ms = row.number(14);
    run.p99_ms = row.number(15);
    run.availability = row.number(16);
    run.cost_usd = row.number(17);
    run.cost_usd_per_month = row.number(18);
    return entry;
}

std::string order_of(const std::string& word) {
    for (const Sort& sort : kSorts) {
        if (word == sort.word) return sort.order;
    }
    return kSorts.front().order;
}

}  // namespace

void RunsDatabase::Close::operator()(sqlite3* database) const {
    sqlite3_close(database);
}

std::vector<std::string> RunsDatabase::sorts() {
    std::vector<std::string> words;
    for (const Sort& sort : kSorts) words.emplace_back(sort.word);
    return words;
}

RunsDatabase::Handle RunsDatabase::open(const std::string& file, int flags) const {
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
    Handle handle(database);
    if (code != SQLITE_OK) return nullptr;
    sqlite3_busy_timeout(database, kPatienceMs);
    return handle;
}

RunsDatabase::RunsDatabase(const std::string& file)
    : file_(file), database_(open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) {
    if (!database_) {
        database_ = open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        if (!database_) throw std::bad_alloc();
    }
    const bool is_read_only = sqlite3_db_readonly(database_.get(), "main") == 1;
    if (!is_read_only || asked("SELECT count(*) FROM sqlite_master") > 0) prepare_table();
    if (is_read_only) read_into_memory();
}

void RunsDatabase::read_into_memory() {
    const bool is_empty = asked("SELECT count(*) FROM sqlite_master") == 0;
    const auto all = is_empty ? std::vector<CatalogueEntry>() : entries();
    database_ = open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!database_) throw std::bad_alloc();
    prepare_table();
    for (const CatalogueEntry& entry : all) put(entry);
}

void RunsDatabase::fail(int code) const {
    const std::string file = reports::printable(file_);
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw CatalogueError(fmt::format(
                "{} is locked by another program\n    wait until that is done with it", file));
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            throw CatalogueError(fmt::format(
                "{} is damaged, or no catalogue of runs\n    remove it: it is made again from the "
                "run folders beside it",
                file));
        default:
            throw CatalogueError(
                fmt::format("{}: {}", file, reports::printable(sqlite3_errstr(code))));
    }
}

void RunsDatabase::execute(const char* sql) const {
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

std::int64_t RunsDatabase::asked(const char* sql) const {
    SqlStatement statement(database_.get(), sql);
    if (!statement.step()) fail(statement.code());
    return statement.whole(0);
}

// Two programs may find the file new at once: the second waits for the first, and finds it made.
void RunsDatabase::prepare_table() {
    if (asked("SELECT count(*) FROM sqlite_master") == 0) {
        execute("BEGIN IMMEDIATE");
        if (asked("SELECT count(*) FROM sqlite_master") == 0) {
            execute(kTable);
            execute(fmt::format("PRAGMA application_id = {}", kApplication).c_str());
            execute(fmt::format("PRAGMA user_version = {}", kVersion).c_str());
        }
        execute("COMMIT");
    }
    if (asked("PRAGMA application_id") != kApplication) fail(SQLITE_NOTADB);
    if (asked("PRAGMA user_version") != kVersion) {
        throw CatalogueError(fmt::format(
            "{} was made by another version of spate\n    remove it: it is made again from the run "
            "folders beside it",
            reports::printable(file_)));
    }
}

void RunsDatabase::begin() {
    execute("BEGIN IMMEDIATE");
}

void RunsDatabase::commit() {
    execute("COMMIT");
}

void RunsDatabase::put(const CatalogueEntry& entry) {
    const RunRecord& run = entry.run;
    SqlStatement statement(database_.get(),
                           "INSERT OR REPLACE INTO runs VALUES "
                           "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    statement.bind(entry.folder)
        .bind(entry.bytes)
        .bind(entry.changed_ns)
        .bind(entry.ended_s)
        .bind(run.scenario)
        .bind(run.file)
        .bind(std::to_string(run.seed))
        .bind(run.replications)
        .bind(run.fingerprint)
        .bind(run.arrivals_fingerprint)
        .bind(run.expectations)
        .bind(run.crossed)
        .bind(run.offered)
        .bind(run.mean_ms)
        .bind(run.p50_ms)
        .bind(run.p99_ms)
        .bind(run.availability)
        .bind(run.cost_usd)
        .bind(run.cost_usd_per_month);
    statement.step();
    if (!statement.is_done()) fail(statement.code());
}

void RunsDatabase::remove(const std::string& folder) {
    SqlStatement statement(database_.get(), "DELETE FROM runs WHERE folder = ?");
    statement.bind(folder).step();
    if (!statement.is_done()) fail(statement.code());
}

std::vector<CatalogueEntry> RunsDatabase::entries(const CatalogueQuery& query) const {
    SqlStatement statement(database_.get(),
                           "SELECT * FROM runs WHERE (crossed > 0 OR NOT ?1) AND (instr(lower("
                           "scenario), lower(?2)) OR instr(lower(file), lower(?2))) ORDER BY " +
                               order_of(query.sort) + ", folder");
    statement.bind(std::int64_t{query.failed ? 1 : 0}).bind(query.scenario);
    std::vector<CatalogueEntry> entries;
    while (statement.step()) entries.push_back(entry_of(statement));
    if (!statement.is_done()) fail(statement.code());
    return entries;
}

}  // namespace tools
