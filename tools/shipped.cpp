#include "tools/shipped.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace fs = std::filesystem;
namespace spec = models::spec;

std::vector<fs::path> places() {
    std::vector<fs::path> all = {"scenarios"};
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error) return all;
    const fs::path folder = program.parent_path();
    // build/spate, and build/quick/spate.
    for (const char* const up : {"..", "../.."}) {
        all.push_back((folder / up / "scenarios").lexically_normal());
    }
    all.push_back((folder / "../share/spate").lexically_normal());
    return all;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The rows that a lab says it proves; nothing of a file that cannot be read.
std::vector<std::string> rows_of(const fs::path& lab) {
    spec::Problems ignored;
    const spec::Json document = spec::read_file(lab.string(), ignored);
    const spec::Json* const rows = document.find("rows");
    std::vector<std::string> names;
    if (rows == nullptr || rows->list() == nullptr) return names;
    for (const spec::Json& each : *rows->list()) {
        if (each.text() != nullptr) names.push_back(*each.text());
    }
    return names;
}

std::optional<fs::path> lab_of(const std::string& row, const fs::path& labs,
                               std::set<std::string>& known) {
    std::error_code error;
    fs::path own = labs / (row + ".json");
    if (fs::exists(own, error)) return own;
    for (const auto& entry : fs::directory_iterator(labs, error)) {
        if (entry.path().extension() != ".json") continue;
        known.insert(entry.path().stem().string());
        for (const std::string& each : rows_of(entry.path())) {
            known.insert(each);
            if (each == row) return entry.path();
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<fs::path> shipped_folder(std::string& problems) {
    const std::vector<fs::path> all = places();
    std::error_code error;
    const auto found = std::ranges::find_if(
        all, [&](const fs::path& each) { return fs::is_directory(each / "labs", error); });
    if (found != all.end()) return *found;
    problems += "spate: the labs that come with the program are not there\n    looked for in:";
    for (const fs::path& each : all) {
        problems += " " + reports::printable((each / "labs").string());
    }
    problems += "\n";
    return std::nullopt;
}

bool is_row(std::string_view text) {
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (text.size() < 5 || !is_capital(text[0]) || !(is_capital(text[1]) || is_digit(text[1])) ||
        text[2] != '-' || !is_digit(text[3]) || !is_digit(text[4])) {
        return false;
    }
    const std::string_view rest = text.substr(5);
    return rest.empty() ||
           (rest.size() > 1 && rest[0] == '-' && std::ranges::all_of(rest.substr(1), [](char c) {
                return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
            }));
}

std::string shipped_file(const std::string& asked) {
    const fs::path path(asked);
    std::error_code error;
    std::string ignored;
    const bool leads_out = *path.lexically_normal().begin() == "..";
    if (!path.is_relative() || leads_out || fs::exists(path, error)) return asked;
    const auto folder = shipped_folder(ignored);
    if (!folder) return asked;
    const bool has_prefix = *path.begin() == "scenarios";
    const fs::path found = *folder / (has_prefix ? path.lexically_relative("scenarios") : path);
    return fs::is_regular_file(found, error) ? found.string() : asked;
}

std::optional<std::string> asked_file(const std::string& asked, std::string& problems) {
    std::error_code error;
    if (asked == "-" || fs::exists(asked, error)) return asked;
    if (!is_row(asked)) return shipped_file(asked);
    const auto folder = shipped_folder(problems);
    if (!folder) return std::nullopt;
    std::set<std::string> known;
    if (const auto lab = lab_of(asked, *folder / "labs", known)) return lab->string();
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::string_view nearest = spec::nearest(asked, names);
    problems += fmt::format("spate: there is no lab of {}\n    {}\n", asked,
                            nearest.empty() ? "spate lab --list says which there are"
                                            : fmt::format("did you mean {}?", nearest));
    return std::nullopt;
}

}  // namespace tools
