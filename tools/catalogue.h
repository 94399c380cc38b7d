// The run catalogue: which runs there are beside each other, in runs.sqlite in the folder that
// holds their folders.
//
// It is an index and nothing more: every number in it is in the run.json of a folder. So it is
// never wrong for long: before it is shown, folders that are gone are forgotten, those that came or
// changed are read, and a file that is lost is made again. Only the time at which a run ended is
// known to nobody else, as run.json tells no time of day; of a run that was found rather than
// recorded it is the time of its run.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/runs_database.h"

namespace tools {

class Catalogue {
public:
    // Its file: `named`, or runs.sqlite in `folder`. Throws CatalogueError.
    Catalogue(const std::string& folder, const std::string& named);

    // Whether there is neither a file nor a run to list: then none is made.
    static bool is_empty(const std::string& folder, const std::string& named);

    // Makes it what the folders say. Gives a sentence for each that has a run.json nobody can read.
    std::vector<std::string> refresh();

    // A run that has just ended.
    void record(const std::string& folder);

    std::vector<CatalogueEntry> entries(const CatalogueQuery& query = {}) const {
        return database_.entries(query);
    }

    // Where a run of it is, from here.
    std::string path_of(const CatalogueEntry& entry) const;

private:
    std::string name_of(const std::string& folder) const;
    std::optional<CatalogueEntry> read(const std::string& folder, std::string& why_not) const;

    std::string folder_;  // as it was named, to be shown
    std::string root_;    // absolute
    RunsDatabase database_;
};

// Records what `spate run --out` wrote. What goes wrong is said, and is no fault of the run.
void record_run(const std::string& folder, const std::string& catalogue);

// The folder of a run that was asked for: itself, or by its name in the catalogue. None, after a
// complaint.
std::optional<std::string> find_run(const std::string& asked, const std::string& catalogue);

}  // namespace tools
