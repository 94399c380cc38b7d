// spate truth: tables of what real systems did and theory says, played as scenarios, row by row.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/json_text.h"
#include "models/spec/json/printable.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/precision.h"
#include "tools/shipped.h"
#include "tools/truth_row.h"

namespace tools {

namespace {

namespace spec = models::spec;
namespace fs = std::filesystem;

struct TruthOptions {
    std::vector<std::string> files;
    std::string plan;
    std::string table;
    std::string mean = "0.5%";
    std::string tail = "1%";
    LimitsAsked limits;
    std::uint64_t seed = 1;
    std::uint32_t jobs = 1;
    std::string format = "text";
    bool quiet = false;
};

// The rows of one table, and what came of them.
struct PlayedTable {
    std::string pointer;
    const TruthTable* plan = nullptr;  // null: nobody says how it is played
    std::vector<Columns> columns;
    std::vector<TruthResult> rows;
};
struct PlayedFile {
    std::string path;
    spec::Json document;
    TruthPlan plan;
    std::vector<PlayedTable> tables;
};

// What comes with the program for a file of this name; none when there is nothing.
std::optional<std::string> plan_for(const TruthOptions& options, const std::string& file) {
    if (!options.plan.empty()) return options.plan;
    std::string problems;
    const auto shipped = shipped_folder(problems);
    if (!shipped) return std::nullopt;
    const fs::path plan = *shipped / "truth" / fs::path(file).filename();
    std::error_code error;
    return fs::exists(plan, error) ? std::optional(plan.string()) : std::nullopt;
}

std::string name_of_row(const TruthTable* plan, const Columns& columns, std::size_t index) {
    std::string problem;
    const auto name = plan == nullptr || plan->row.empty()
                          ? std::nullopt
                          : filled_text(plan->row, columns, problem);
    return name.value_or(fmt::format("row {}", index + 1));
}

// The verdict of a row that is not played.
TruthVerdict verdict_unplayed(const TruthTable* plan) {
    if (plan == nullptr || !plan->no_model.empty()) return TruthVerdict::no_model;
    return plan->calibration.empty() ? TruthVerdict::unit : TruthVerdict::calibration;
}

PlayedTable table_of(const TruthRows& rows, const TruthPlan& plan) {
    PlayedTable table{rows.pointer, plan_of(plan, rows.pointer), {}, {}};
    const auto add = [&](const spec::Json& row) {
        std::vector<const spec::Json*> around = {&row};
        around.insert(around.end(), rows.around.begin(), rows.around.end());
        table.columns.emplace_back(std::move(around));
        TruthResult result;
        result.name = name_of_row(table.plan, table.columns.back(), table.rows.size());
        result.verdict = verdict_unplayed(table.plan);
        table.rows.push_back(std::move(result));
    };
    if (rows.rows->list() == nullptr) {
        add(*rows.rows);
        return table;
    }
    for (const spec::Json& row : *rows.rows->list()) add(row);
    return table;
}

std::optional<PlayedFile> read_truth(const TruthOptions& options, const std::string& path) {
    PlayedFile file;
    file.path = path;
    spec::Problems problems;
    file.document = spec::read_file(path, problems);
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems.render());
        return std::nullopt;
    }
    if (const auto plan = plan_for(options, path)) {
        auto read = read_truth_plan(*plan);
        if (!read) return std::nullopt;
        file.plan = std::move(*read);
    }
    return file;
}

void lay_out(const TruthOptions& options, PlayedFile& file) {
    for (const TruthRows& rows : tables_in(file.document, file.plan)) {
        if (rows.pointer.find(options.table) == std::string::npos) continue;
        file.tables.push_back(table_of(rows, file.plan));
    }
}

// Every row that has a scenario, several at a time: no row depends on another.
void play_rows(std::vector<PlayedFile>& files, const TruthAsked& asked, std::uint32_t jobs) {
    struct Place {
        PlayedTable* table;
        std::size_t row;
    };
    std::vector<Place> places;
    for (PlayedFile& file : files) {
        for (PlayedTable& table : file.tables) {
            if (table.plan == nullptr || table.plan->plays.empty()) continue;
            for (std::size_t row = 0; row < table.rows.size(); ++row) {
                places.push_back({&table, row});
            }
        }
    }
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < places.size(); i = next++) {
            auto& [table, row] = places[i];
            table->rows[row] =
                play_row(*table->plan, table->columns[row], table->rows[row].name, asked);
        }
    };
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < jobs; ++i) threads.emplace_back(work);
}

using Counts = std::array<std::size_t, kTruthVerdicts>;

Counts counts_of_rows(const std::vector<TruthResult>& rows) {
    Counts counts{};
    for (const TruthResult& row : rows) ++counts[static_cast<std::size_t>(row.verdict)];
    return counts;
}

std::string line_of(const std::string& name, const Counts& counts) {
    std::string line = fmt::format("  {}", reports::fitted(reports::printable(name), 44));
    for (const std::size_t each : counts) {
        line += each == 0 ? fmt::format("{:>12}", "") : fmt::format("{:>12}", each);
    }
    return line + "\n";
}

void print_rows(const PlayedTable& table) {
    for (const TruthResult& row : table.rows) {
        if (row.verdict != TruthVerdict::not_met && row.verdict != TruthVerdict::imprecise)
            continue;
        fmt::print("      {}: {}\n", kTruthWords[static_cast<std::size_t>(row.verdict)],
                   reports::printable(row.name));
        if (!row.why.empty()) fmt::print("        {}\n", reports::printable(row.why));
        for (const TruthFinding& each : row.findings) {
            if (each.verdict == TruthVerdict::met) continue;
            fmt::print("        {}: {} is {:.6g} +- {:.2g}, the truth {:.6g}\n",
                       reports::printable(each.column), reports::printable(each.figure), each.got,
                       each.error, each.want);
        }
    }
}

Counts print_file(const PlayedFile& file, bool shows_rows) {
    Counts all{};
    fmt::print("{}\n", reports::printable(file.path));
    for (const PlayedTable& table : file.tables) {
        const Counts counts = counts_of_rows(table.rows);
        for (std::size_t i = 0; i < kTruthVerdicts; ++i) all[i] += counts[i];
        fmt::print("{}", line_of(table.pointer, counts));
        if (shows_rows) print_rows(table);
    }
    return all;
}

void print_truth(const std::vector<PlayedFile>& files, bool shows_rows) {
    std::string head = fmt::format("  {:<44}", "table");
    for (const std::string_view word : kTruthWords) head += fmt::format("{:>12}", word);
    fmt::print("{}\n", head);
    Counts all{};
    for (const PlayedFile& file : files) {
        const Counts counts = print_file(file, shows_rows);
        for (std::size_t i = 0; i < kTruthVerdicts; ++i) all[i] += counts[i];
    }
    fmt::print("\n{}", line_of("all", all));
    std::size_t rows = 0;
    for (const std::size_t each : all) rows += each;
    fmt::print("  {} of {} rows are met{}\n", all[0], rows,
               all[4] > 0 ? "; what a model was calibrated by does not count as met" : "");
}

spec::Json row_json(const TruthResult& row) {
    spec::Json json;
    json.put("row", row.name);
    json.put("verdict", kTruthWords[static_cast<std::size_t>(row.verdict)]);
    if (!row.why.empty()) json.put("why", row.why);
    if (row.findings.empty()) return json;
    spec::Json::List findings;
    for (const TruthFinding& each : row.findings) {
        spec::Json one;
        one.put("column", each.column);
        one.put("figure", each.figure);
        one.put("got", each.got);
        one.put("standard_error", each.error);
        one.put("truth", each.want);
        one.put("verdict", kTruthWords[static_cast<std::size_t>(each.verdict)]);
        findings.push_back(std::move(one));
    }
    json.put("columns", std::move(findings));
    json.put("events", row.events);
    return json;
}

void print_truth_json(const std::vector<PlayedFile>& files) {
    spec::Json::List all;
    for (const PlayedFile& file : files) {
        for (const PlayedTable& table : file.tables) {
            spec::Json json;
            json.put("file", file.path);
            json.put("table", table.pointer);
            const Counts counts = counts_of_rows(table.rows);
            spec::Json counted;
            for (std::size_t i = 0; i < kTruthVerdicts; ++i) {
                counted.put(kTruthWords[i], std::uint64_t{counts[i]});
            }
            json.put("counts", std::move(counted));
            spec::Json::List rows;
            for (const TruthResult& row : table.rows) rows.push_back(row_json(row));
            json.put("rows", std::move(rows));
            all.push_back(std::move(json));
        }
    }
    fmt::print("{}\n", spec::indented_text(spec::Json(std::move(all))));
}

std::optional<TruthAsked> asked_of(const TruthOptions& options) {
    const auto limits = limits_of(options.limits);
    if (!limits) return std::nullopt;
    TruthAsked asked;
    asked.seed = options.seed;
    if (!options.limits.events.empty()) asked.events = limits->events;
    const auto share = [](const char* option, const std::string& text, double& value) {
        const auto precision = precision_of(text);
        if (precision) value = *precision;
        if (!precision) {
            complain(fmt::format("{} {}: expected a share above 0, as in 2%", option,
                                 spec::in_quotes(text)));
        }
        return precision.has_value();
    };
    if (!share("--mean", options.mean, asked.mean)) return std::nullopt;
    if (!share("--tail", options.tail, asked.tail)) return std::nullopt;
    return asked;
}

int truth(const TruthOptions& options) {
    const auto asked = asked_of(options);
    if (!asked) return kWrong;
    std::vector<PlayedFile> files;
    for (const std::string& path : options.files) {
        auto file = read_truth(options, path);
        if (!file) return kWrong;
        files.push_back(std::move(*file));
    }
    // Tables point into documents and plans, which stay where they are from now on.
    for (PlayedFile& file : files) lay_out(options, file);
    play_rows(files, *asked, options.jobs);
    options.format == "json" ? print_truth_json(files) : print_truth(files, !options.quiet);
    for (const PlayedFile& file : files) {
        for (const PlayedTable& table : file.tables) {
            if (counts_of_rows(table.rows)[static_cast<std::size_t>(TruthVerdict::not_met)] > 0) {
                return kCrossed;
            }
        }
    }
    return kOk;
}

constexpr const char* kTruthFooter =
    "Each table of a file is played as its plan says (scenarios/truth/NAME of the file, or "
    "--plan):\n"
    "for each row a scenario with the row's columns in it, and which figures they must be equal "
    "to.\n"
    "A scenario is played until its figures are known to within --mean, and percentiles from the\n"
    "95th on to within --tail (standard errors); met is what is within 3.5 of these.\n"
    "\n"
    "not precise: right as far as it is known, but that is not far enough (raise --max-events)\n"
    "no model: nothing here is such a system; it says so\n"
    "calibration: a model has a number from this row, so it proves nothing\n"
    "unit: no scenario can say it; a test of the source tree plays it (test_truth)\n"
    "\n"
    "Exit: 0 no row is not met, 99 some are not, 2 something is wrong with a file.\n"
    "\n"
    "  spate truth tests/truth/*.json\n"
    "  spate truth tests/truth/queueing_single.json --table mm1 --mean 2% --tail 4%";

}  // namespace

Command truth_command(CLI::App& program) {
    auto options = std::make_shared<TruthOptions>();
    return CommandLine(program, "truth",
                       "Play tables of what real systems did, and say which rows are met")
        .places("FILE", options->files, "Tables of truth, as in tests/truth")
        .text("--plan", options->plan, "How they are played; that of the same name")
        .text("--table", options->table, "Only tables with this in their names")
        .text("--mean", options->mean, "Standard error of means and shares, at most")
        .text("--tail", options->tail, "The same of percentiles from the 95th on")
        .text("--max-events", options->limits.events, "Of a scenario (200000000)")
        .seed(options->seed)
        .jobs(options->jobs)
        .format(options->format)
        .flag("--quiet", options->quiet, "Only the table, not the rows that are not met")
        .footer(kTruthFooter)
        .runs([options] { return truth(*options); });
}

}  // namespace tools
