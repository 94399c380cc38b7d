// spate init: a scenario to begin with, from those that come with the program.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/expect_schema.h"
#include "tools/shipped.h"

namespace tools {

namespace {

namespace fs = std::filesystem;
namespace spec = models::spec;

constexpr std::string_view kSchemaName = "spate.schema.json";

struct Beginning {
    std::string name;
    std::string about;
    fs::path file;
};

std::vector<Beginning> beginnings(std::string& problems) {
    std::vector<Beginning> all;
    const auto folder = shipped_folder(problems);
    if (!folder) return all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(*folder / "init", error)) {
        if (entry.path().extension() != ".json") continue;
        spec::Problems found;
        const spec::Json document = spec::read_file(entry.path().string(), found);
        const spec::Json* const about = document.find("about");
        if (about == nullptr || about->text() == nullptr) continue;
        all.push_back({entry.path().stem().string(), *about->text(), entry.path()});
    }
    std::ranges::sort(all, {}, &Beginning::name);
    if (all.empty()) {
        problems += fmt::format("spate: there is nothing to begin with in {}\n",
                                reports::printable((*folder / "init").string()));
    }
    return all;
}

// With the schema that lies beside it.
std::string beginning_text(const Beginning& beginning) {
    std::ifstream in(beginning.file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    std::string written = text.str();
    constexpr std::string_view kShipped = "\"$schema\": \"../schema.json\"";
    const std::size_t at = written.find(kShipped);
    if (at != std::string::npos) {
        written.replace(at, kShipped.size(), fmt::format("\"$schema\": \"./{}\"", kSchemaName));
    }
    return written;
}

int list(const std::vector<Beginning>& all) {
    for (const Beginning& each : all) {
        fmt::print("{:<14} {}\n", each.name, reports::printable(each.about));
    }
    fmt::print("\nspate init {} writes {}.json\n", all.front().name, all.front().name);
    return kOk;
}

int write(const Beginning& beginning, const fs::path& file) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(file, error))) {
        complain(fmt::format("{} is there already\n    spate init {} FILE writes another",
                             reports::printable(file.string()), beginning.name));
        return kWrong;
    }
    if (const fs::path folder = file.parent_path(); !folder.empty() && !make_folder(folder)) {
        return kFailed;
    }
    const fs::path schema = file.parent_path() / kSchemaName;
    if (!write_file(schema.string(), schema_text())) return kFailed;
    if (!write_file(file.string(), beginning_text(beginning))) return kFailed;
    const std::string name = reports::printable(file.string());
    fmt::print(
        "{0}: {1}\n"
        "{2}: what editors know of it\n"
        "\n"
        "  spate run {0} --out out     plays it; out/report.html is its report\n"
        "  spate check {0}             says what is wrong, and what fails alone\n"
        "  spate faults {0}            what each failure would cost\n",
        name, reports::printable(beginning.about), reports::printable(schema.string()));
    return kOk;
}

int init(const std::string& story, const std::string& file) {
    std::string problems;
    const std::vector<Beginning> all = beginnings(problems);
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems);
        return kFailed;
    }
    if (story.empty()) return list(all);
    const auto found = std::ranges::find(all, story, &Beginning::name);
    if (found != all.end()) return write(*found, file.empty() ? story + ".json" : file);
    std::vector<std::string_view> names;
    for (const Beginning& each : all) names.push_back(each.name);
    complain(fmt::format("there is no story {}\n    {}", spec::in_quotes(story),
                         spec::did_you_mean(story, names, "there are:")));
    return kWrong;
}

}  // namespace

Command init_command(CLI::App& program) {
    auto story = std::make_shared<std::string>();
    auto file = std::make_shared<std::string>();
    return CommandLine(program, "init", "Write a scenario to begin with; without STORY list them")
        .text("STORY", *story, "Which one")
        .text("FILE", *file, "Where to, instead of STORY.json")
        .footer(
            "Writes the scenario, with comments and an expectation that holds, and beside it the\n"
            "JSON Schema by which an editor completes and explains its words. Exit: 2 when there "
            "is\n"
            "a file of that name already.\n"
            "\n"
            "  spate init\n"
            "  spate init shop && spate run shop.json --out out")
        .runs([story, file] { return init(*story, *file); });
}

}  // namespace tools
