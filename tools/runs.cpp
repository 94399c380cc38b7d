// spate runs: which runs there are in a folder, and how they went.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>

#include "models/spec/json/json_text.h"
#include "models/spec/json/printable.h"
#include "reports/render/csv.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/catalogue.h"
#include "tools/command_line.h"

namespace tools {

namespace {

using models::spec::Json;

struct RunsOptions {
    std::string folder = ".";
    std::string catalogue;
    CatalogueQuery query;
    std::string format = "text";
    bool no_colour = false;
};

// "2026-03-16T08:00:00Z": the same wherever it is read (RFC 3339).
std::string time_of(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm utc{};
    gmtime_r(&time, &utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                       utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string verdict_of(const RunRecord& run) {
    if (run.expectations == 0) return "-";
    if (run.crossed == 0) return "held";
    return fmt::format("CROSSED {} of {}", run.crossed, run.expectations);
}

std::string seed_of(const RunRecord& run) {
    return run.replications > 1 ? fmt::format("{} x{}", run.seed, run.replications)
                                : std::to_string(run.seed);
}

using Row = std::vector<std::string>;

Row row_of(const CatalogueEntry& entry) {
    const RunRecord& run = entry.run;
    const auto known = [](double value, const std::string& text) {
        return std::isfinite(value) ? text : std::string("-");
    };
    return {entry.folder,
            run.scenario.empty() ? run.file : run.scenario,
            time_of(entry.ended_s),
            verdict_of(run),
            seed_of(run),
            std::isnan(run.p99_ms) ? "-" : reports::brief(run.p99_ms / 1e3),
            known(run.availability, reports::percent(run.availability)),
            known(run.cost_usd_per_month, "$" + reports::grouped(run.cost_usd_per_month)),
            run.fingerprint};
}

void print_text(const std::vector<CatalogueEntry>& runs, bool colour) {
    constexpr std::size_t kWidestScenario = 40;
    std::vector<Row> rows = {{"name", "scenario", "ended (UTC)", "verdict", "seed", "p99",
                              "available", "a month", "fingerprint"}};
    for (const CatalogueEntry& entry : runs) rows.push_back(row_of(entry));
    std::vector<std::size_t> widths(rows.front().size());
    for (Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = reports::printable(row[i]);
            const std::size_t width = reports::width_of(row[i]);
            widths[i] = std::max(widths[i], i == 1 ? std::min(width, kWidestScenario) : width);
        }
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
        std::string line;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool is_number = i >= 5 && i <= 7;
            const std::string cell = reports::fitted(rows[at][i], widths[i]);
            const std::string& text = rows[at][i];
            line += i == 0 ? "" : "  ";
            line += is_number ? std::string(widths[i] - reports::width_of(text), ' ') + text : cell;
        }
        line.resize(line.find_last_not_of(' ') + 1);
        const bool is_red = colour && at > 0 && runs[at - 1].run.crossed > 0;
        fmt::print("{}\n", is_red ? fmt::format("\033[31m{}\033[0m", line) : line);
    }
}

Json json_of(const CatalogueEntry& entry) {
    const RunRecord& run = entry.run;
    const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
    Json json;
    json.put("name", entry.folder);
    json.put("scenario", run.scenario);
    json.put("file", run.file);
    json.put("ended", time_of(entry.ended_s));
    json.put("expectations", run.expectations);
    json.put("crossed", run.crossed);
    json.put("seed", run.seed);
    json.put("replications", run.replications);
    json.put("offered", run.offered);
    json.put("mean_ms", number(run.mean_ms));
    // null and failed: among requests that failed
    json.put("p50_ms", number(run.p50_ms));
    json.put("p50_failed", std::isinf(run.p50_ms));
    json.put("p99_ms", number(run.p99_ms));
    json.put("p99_failed", std::isinf(run.p99_ms));
    json.put("availability", number(run.availability));
    json.put("cost_usd", number(run.cost_usd));
    json.put("cost_usd_per_month", number(run.cost_usd_per_month));
    json.put("fingerprint", run.fingerprint);
    json.put("arrivals_fingerprint", run.arrivals_fingerprint);
    return json;
}

void print_json(const std::vector<CatalogueEntry>& runs) {
    Json::List list;
    for (const CatalogueEntry& entry : runs) list.push_back(json_of(entry));
    Json json;
    json.put("schema", "spate.runs/1");
    json.put("runs", std::move(list));
    fmt::print("{}\n", models::spec::indented_text(json));
}

// The same fields as in JSON, a line each (RFC 4180); what cannot be said is empty.
void print_csv(const std::vector<CatalogueEntry>& runs) {
    const Json names = json_of(CatalogueEntry{});
    std::vector<std::string> titles;
    for (const auto& member : *names.object()) titles.push_back(member.name);
    fmt::print("{}\r\n", fmt::join(titles, ","));
    for (const CatalogueEntry& entry : runs) {
        const Json json = json_of(entry);
        std::vector<std::string> fields;
        for (const auto& member : *json.object()) {
            const std::string* const text = member.value.text();
            fields.push_back(reports::csv_field(text != nullptr ? *text
                                                : member.value.is_null()
                                                    ? ""
                                                    : models::spec::compact_text(member.value)));
        }
        fmt::print("{}\r\n", fmt::join(fields, ","));
    }
}

bool holds_runs(const RunsOptions& options) {
    if (!options.catalogue.empty()) return true;
    const std::filesystem::path folder(options.folder);
    const std::string name = models::spec::in_quotes(options.folder);
    if (std::filesystem::exists(folder / "run.json") && Catalogue::is_empty(options.folder, "")) {
        complain(
            fmt::format("{} is a run itself\n    spate runs lists the folder that it is in", name));
        return false;
    }
    if (std::filesystem::is_directory(folder)) return true;
    complain(fmt::format("{} is no folder", name));
    return false;
}

// What is left out is said on the way.
std::vector<CatalogueEntry> listed(const RunsOptions& options) {
    if (Catalogue::is_empty(options.folder, options.catalogue)) return {};
    Catalogue catalogue(options.folder, options.catalogue);
    for (const std::string& why : catalogue.refresh()) {
        complain("left out: " + reports::printable(why));
    }
    return catalogue.entries(options.query);
}

int runs(const RunsOptions& options) {
    std::vector<CatalogueEntry> found;
    try {
        if (!holds_runs(options)) return kWrong;
        found = listed(options);
    } catch (const CatalogueError& error) {
        complain(error.what());
        return kWrong;
    }
    if (options.format == "json") {
        print_json(found);
    } else if (options.format == "csv") {
        print_csv(found);
    } else if (found.empty()) {
        fmt::print(
            "No runs{} here. spate run FILE --out DIR makes one; it is listed in the folder "
            "that DIR is in.\n",
            options.query.failed || !options.query.scenario.empty() ? " like that" : "");
    } else {
        print_text(found, wants_colour(options.no_colour, STDOUT_FILENO));
    }
    return kOk;
}

constexpr const char* kRunsFooter =
    "Every spate run --out DIR is recorded in runs.sqlite in the folder that DIR is in, or in the\n"
    "file that --catalogue names. It is an index of the run.json files: folders that were copied,\n"
    "moved or removed since are taken up each time it is shown, and without the file it is made\n"
    "again. A run.json that cannot be read is named and left out. When a run ended is known to\n"
    "the index only; of runs that it did not see end it is the time of their run.json.\n"
    "\n"
    "Newest first, or by --sort: names in order, numbers from the worst on.\n"
    "\n"
    "Exit: 0 listed, 2 the catalogue is damaged or locked.\n"
    "\n"
    "  spate run shop.json --out out/before\n"
    "  spate run shop.json --set nodes.web.replicas=20 --out out/after\n"
    "  spate runs out --sort p99\n"
    "  spate runs out --scenario shop --failed --format csv\n"
    "  spate diff out/before out/after\n"
    "  sqlite3 out/runs.sqlite 'SELECT folder, p99_ms FROM runs WHERE crossed > 0'";

}  // namespace

Command runs_command(CLI::App& program) {
    auto options = std::make_shared<RunsOptions>();
    options->query.sort = RunsDatabase::sorts().front();
    return CommandLine(program, "runs", "Which runs there are, and how they went")
        .text("FOLDER", options->folder, "Where the folders of runs are")
        .text("--catalogue", options->catalogue, "The catalogue's file, if it is elsewhere")
        .text("--scenario", options->query.scenario,
              "Only scenarios with this in their name or file")
        .flag("--failed", options->query.failed, "Only runs that crossed an expectation")
        .word("--sort", options->query.sort, RunsDatabase::sorts(), "What comes first")
        .word("--format", options->format, {"text", "json", "csv"},
              "What goes to the standard output")
        .flag("--no-color", options->no_colour, "No colour")
        .footer(kRunsFooter)
        .runs([options] { return runs(*options); });
}

}  // namespace tools
