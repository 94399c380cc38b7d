// spate play: runs that a sweep wrote as lines (--jobs-out), each to the sample that the sweep
// would have made of it.
#include <fmt/format.h>
#include <unistd.h>

#include <deque>
#include <iostream>
#include <map>
#include <mutex>

#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/job.h"
#include "tools/sample_line.h"

namespace tools {

namespace {

struct JobOptions {
    std::string line;
    Play play;
};

// What the replications of one variant have in common.
struct Prepared {
    models::Loaded loaded;
    reports::ComparedFigures figures = reports::usual_figures();
    std::vector<reports::Expression> expected;
};

struct Planned {
    const Prepared* prepared;
    std::string id;
    sim::Seed seed;
};

class Jobs {
public:
    // False, with what is wrong for people.
    bool add(const std::string& line, const std::string& where, std::string& problems) {
        std::string problem;
        auto read = read_job(line, problem);
        const Prepared* const prepared = read ? prepare(*read, problem) : nullptr;
        if (prepared == nullptr) {
            problems += fmt::format("spate: {}: {}\n", where, problem);
            return false;
        }
        planned_.push_back({prepared,
                            id_of(read->key, read->job.replication),
                            {read->job.seed, read->job.replication}});
        return true;
    }

    const std::vector<Planned>& planned() const { return planned_; }

private:
    const Prepared* prepare(const ReadJob& read, std::string& problem) {
        const Job& job = read.job;
        if (const auto known = by_key_.find(read.key); known != by_key_.end()) return known->second;
        if (job.file == "-") {
            problem = "a job's scenario is a file";
            return nullptr;
        }
        const auto subject = subject_of({job.file, {}, {}, job.overlays, job.sets}, problem);
        if (!subject) return nullptr;
        models::ScenarioSource source = subject->source;
        source.varied = job.vary;
        Prepared prepared;
        prepared.loaded = models::load(source);
        if (!prepared.loaded.scenario) {
            problem = prepared.loaded.problems.render();
            return nullptr;
        }
        if (prepared.loaded.sha256 != job.sha256) {
            problem = fmt::format(
                "{} is not what it was when the job was written\n    its sha256 is {}, not {}",
                reports::printable(job.file), prepared.loaded.sha256,
                reports::printable(job.sha256));
            return nullptr;
        }
        problem = why_too_large(*prepared.loaded.scenario);
        if (!problem.empty() || !add_asked(job, prepared, problem)) return nullptr;
        prepared_.push_back(std::move(prepared));
        return by_key_[read.key] = &prepared_.back();
    }

    // A metric of what only other variants have is undefined here, as it is in the sweep.
    static bool add_asked(const Job& job, Prepared& prepared, std::string& problem) {
        const reports::Vocabulary words = words_of(*prepared.loaded.scenario);
        for (const std::string& metric : job.metrics) {
            std::string unknown;
            auto quantity = parse_quantity_of(metric, "metrics", words, unknown);
            if (!quantity) quantity = parse_quantity_of("0 / 0", "metrics", words, problem);
            prepared.figures.push_back({metric, quantity->dimension(), 0, quantity});
        }
        for (const std::string& each : job.expect) {
            auto statement = parse_statement_of(each, "expect", words, problem);
            if (!statement) return false;
            prepared.expected.push_back(std::move(*statement));
        }
        return problem.empty();
    }

    std::deque<Prepared> prepared_;  // whose places do not change
    std::map<std::string, const Prepared*> by_key_;
    std::vector<Planned> planned_;
};

int play_jobs(const JobOptions& options) {
    Jobs jobs;
    std::string problems;
    if (options.line.empty()) {
        problems = "spate: play needs --job LINE, or --job - for lines of the standard input\n";
    } else if (options.line != "-") {
        jobs.add(options.line, "--job", problems);
    } else {
        std::string line;
        for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
            if (line.empty()) continue;
            if (!jobs.add(line, fmt::format("line {}", number), problems)) break;
        }
    }
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems);
        return kWrong;
    }
    std::vector<Run> runs;
    for (const Planned& each : jobs.planned()) {
        runs.push_back({&*each.prepared->loaded.scenario, each.seed});
    }
    if (runs.empty()) return kOk;
    std::mutex mutex;
    const PlayEnd end = play(runs, options.play, [&](std::size_t run, const sim::Recording& made) {
        const Planned& planned = jobs.planned()[run];
        const Prepared& prepared = *planned.prepared;
        const std::string line =
            line_of(reports::sample_of(made, {prepared.figures, prepared.expected, ""}),
                    prepared.figures, planned.id);
        const std::lock_guard lock(mutex);
        fmt::print("{}", line);
        std::fflush(stdout);
    });
    return end == PlayEnd::whole ? kOk : complain_of(end);
}

constexpr const char* kPlayFooter =
    "A job is a line of what spate sweep --jobs-out wrote. It names its scenario by the path that\n"
    "the sweep was given, and refuses one that was changed since. What it prints is a line, too:\n"
    "spate gather puts them together, in whatever order they come.\n"
    "\n"
    "  spate play --job \"$(sed -n 7p jobs.jsonl)\" >7.jsonl\n"
    "  parallel --pipe -N 50 spate play --job - --jobs 1 <jobs.jsonl >samples.jsonl";

}  // namespace

Command play_command(CLI::App& program) {
    auto options = std::make_shared<JobOptions>();
    CommandLine line(program, "play", "Play runs that a sweep wrote as lines, to their samples");
    line.text("--job", options->line, "A job; - reads one a line from the standard input")
        .jobs(options->play.jobs);
    return line.footer(kPlayFooter).runs([options] { return play_jobs(*options); });
}

}  // namespace tools
