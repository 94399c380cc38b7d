#include "tools/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "runs.sqlite";

// "out/" and "out/." are out.
fs::path clean(const std::string& folder) {
    fs::path path = fs::absolute(folder).lexically_normal();
    if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    return path;
}

std::string parent_of(const std::string& named) {
    const std::string parent = fs::path(named).parent_path().string();
    return parent.empty() ? "." : parent;
}

std::string file_of(const std::string& folder, const std::string& named) {
    const std::string file = named.empty() ? (fs::path(folder) / kFile).string() : named;
    if (fs::exists(file) && !fs::is_regular_file(file)) {
        throw CatalogueError(
            fmt::format("{} is no file, so it is no catalogue", reports::printable(file)));
    }
    return file;
}

struct Stamp {
    std::int64_t bytes = 0;
    std::int64_t changed_ns = 0;
};

std::optional<Stamp> stamp_of(const std::string& folder) {
    struct stat found {};
    if (stat((folder + "/run.json").c_str(), &found) != 0) return std::nullopt;
    return Stamp{found.st_size, found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec};
}

bool is_same(const CatalogueEntry& entry, const Stamp& stamp) {
    return entry.bytes == stamp.bytes && entry.changed_ns == stamp.changed_ns;
}

// A file that was touched, or restored, is still what the run wrote when it ended.
void keep_end(const CatalogueEntry& known, CatalogueEntry& now) {
    const bool is_touched = known.bytes == now.bytes &&
                            known.run.fingerprint == now.run.fingerprint &&
                            known.run.seed == now.run.seed;
    if (is_touched) now.ended_s = known.ended_s;
}

// In order of name, so that complaints come in the same order everywhere.
std::vector<std::string> folders_in(const std::string& folder) {
    std::vector<std::string> folders;
    std::error_code error;
    for (const fs::directory_entry& each : fs::directory_iterator(folder, error)) {
        if (each.is_directory(error)) folders.push_back(each.path().string());
    }
    std::ranges::sort(folders);
    return folders;
}

}  // namespace

Catalogue::Catalogue(const std::string& folder, const std::string& named)
    : folder_(named.empty() ? folder : parent_of(named)),
      root_(clean(folder_).string()),
      database_(file_of(folder_, named)) {}

bool Catalogue::is_empty(const std::string& folder, const std::string& named) {
    if (fs::exists(file_of(folder, named))) return false;
    return std::ranges::none_of(
        folders_in(named.empty() ? folder : parent_of(named)),
        [](const std::string& each) { return fs::exists(each + "/run.json"); });
}

std::string Catalogue::name_of(const std::string& folder) const {
    const fs::path path = clean(folder);
    const fs::path inside = path.lexically_relative(root_);
    const bool is_inside = !inside.empty() && *inside.begin() != ".." && inside != ".";
    return (is_inside ? inside : path).string();
}

std::string Catalogue::path_of(const CatalogueEntry& entry) const {
    if (fs::path(entry.folder).is_absolute() || folder_ == ".") return entry.folder;
    return (fs::path(folder_) / entry.folder).string();
}

std::optional<CatalogueEntry> Catalogue::read(const std::string& folder,
                                              std::string& why_not) const {
    const std::optional<Stamp> stamp = stamp_of(folder);
    const auto run = read_run(folder, why_not);
    if (!stamp || !run) return std::nullopt;
    return CatalogueEntry{name_of(folder), stamp->bytes, stamp->changed_ns,
                          stamp->changed_ns / 1'000'000'000, record_of(*run)};
}

void Catalogue::record(const std::string& folder) {
    std::string why_not;
    std::optional<CatalogueEntry> entry = read(folder, why_not);
    if (!entry) throw CatalogueError(why_not);
    entry->ended_s = std::time(nullptr);
    database_.put(*entry);
}

// Nothing is written, and so nobody is locked out, where nothing changed.
std::vector<std::string> Catalogue::refresh() {
    std::map<std::string, CatalogueEntry> known;
    for (CatalogueEntry& entry : database_.entries()) known.emplace(entry.folder, std::move(entry));
    std::vector<std::string> folders = folders_in(folder_);
    for (const auto& [name, entry] : known) {
        const std::string path = path_of(entry);
        if (name_of(path).find('/') != std::string::npos) folders.push_back(path);
    }
    std::vector<std::string> skipped;
    std::vector<CatalogueEntry> changed;
    for (const std::string& folder : folders) {
        const std::optional<Stamp> stamp = stamp_of(folder);
        if (!stamp) continue;
        const auto same = known.find(name_of(folder));
        const bool is_known = same != known.end() && is_same(same->second, *stamp);
        if (!is_known) {
            std::string why_not;
            std::optional<CatalogueEntry> entry = read(folder, why_not);
            if (!entry) {
                skipped.push_back(why_not);
                continue;
            }
            if (same != known.end()) keep_end(same->second, *entry);
            changed.push_back(*entry);
        }
        if (same != known.end()) known.erase(same);
    }
    if (changed.empty() && known.empty()) return skipped;
    database_.begin();
    for (const auto& [name, entry] : known) database_.remove(name);
    for (const CatalogueEntry& entry : changed) database_.put(entry);
    database_.commit();
    return skipped;
}

void record_run(const std::string& folder, const std::string& catalogue) {
    try {
        Catalogue(clean(folder).parent_path().string(), catalogue).record(folder);
    } catch (const CatalogueError& error) {
        complain(fmt::format("the run is whole, but in no catalogue: {}", error.what()));
    }
}

std::optional<std::string> find_run(const std::string& asked, const std::string& catalogue) {
    const fs::path path(asked);
    if (path.filename() == "run.json" && fs::exists(path)) return parent_of(asked);
    if (fs::exists(path / "run.json")) return asked;
    try {
        const std::string file = catalogue.empty() ? kFile : catalogue;
        if (!fs::exists(file)) {
            complain(
                fmt::format("{} is no folder of a run, and there is no catalogue {}\n"
                            "    name a folder that spate run --out wrote",
                            models::spec::in_quotes(asked), reports::printable(file)));
            return std::nullopt;
        }
        Catalogue runs(".", catalogue);
        runs.refresh();
        std::vector<std::string> found;
        std::vector<std::string> names;
        for (const CatalogueEntry& entry : runs.entries({"", false, "name"})) {
            names.push_back(fs::path(entry.folder).filename().string());
            if (entry.folder == asked || names.back() == asked) {
                found.push_back(runs.path_of(entry));
            }
        }
        if (found.size() == 1) return found.front();
        const std::vector<std::string_view> views(names.begin(), names.end());
        complain(found.empty()
                     ? fmt::format("there is no run {}\n    {}", models::spec::in_quotes(asked),
                                   models::spec::did_you_mean(asked, views, "there are:"))
                     : fmt::format("{} may be any of {}\n    name its folder",
                                   models::spec::in_quotes(asked), fmt::join(found, ", ")));
    } catch (const CatalogueError& error) {
        complain(error.what());
    }
    return std::nullopt;
}

}  // namespace tools
