// The table of a run catalogue, in SQLite: a file that other programs can ask too (sqlite3,
// DBeaver, pandas). What is in it can always be read again from the run folders (catalogue.h), but
// for the time at which a run ended.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/run_record.h"

struct sqlite3;

namespace tools {

// For people: what is wrong, and what to do about it.
class CatalogueError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct CatalogueEntry {
    std::string folder;           // from the catalogue's own folder, or absolute
    std::int64_t bytes = 0;       // of its run.json
    std::int64_t changed_ns = 0;  // likewise, since 1970
    std::int64_t ended_s = 0;     // when the run was written down, since 1970
    RunRecord run;
};

struct CatalogueQuery {
    std::string scenario;  // a part of its name or file, in whatever case; empty is all
    bool failed = false;   // only those that crossed an expectation
    std::string sort = "when";
};

class RunsDatabase {
public:
    // Made when it is not there. A database that cannot be written is read into memory, and changes
    // to it are forgotten. Throws CatalogueError here and below.
    explicit RunsDatabase(const std::string& file);

    // All or nothing: whatever is put or removed until commit().
    void begin();
    void commit();
    void put(const CatalogueEntry& entry);
    void remove(const std::string& folder);

    std::vector<CatalogueEntry> entries(const CatalogueQuery& query = {}) const;

    // The words that a query may be sorted by, the default first.
    static std::vector<std::string> sorts();

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    using Handle = std::unique_ptr<sqlite3, Close>;

    Handle open(const std::string& file, int flags) const;
    void read_into_memory();
    [[noreturn]] void fail(int code) const;
    void execute(const char* sql) const;
    std::int64_t asked(const char* sql) const;
    void prepare_table();

    std::string file_;
    Handle database_;
};

}  // namespace tools
