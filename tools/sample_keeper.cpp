#include "tools/sample_keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "reports/words/terminal.h"
#include "tools/sample_line.h"

namespace tools {

struct SampleKeeper::Wanted {
    std::uint64_t replications;
    bool is_only;  // anything else is a problem
};

namespace {

bool is_cut_to_whole_lines(int file) {
    off_t end = ::lseek(file, 0, SEEK_END);
    char last = '\n';
    while (end > 0 && ::pread(file, &last, 1, end - 1) == 1 && last != '\n') --end;
    return ::ftruncate(file, end) == 0;
}

}  // namespace

SampleKeeper::SampleKeeper(const ExperimentAsked& asked, const Experiment& experiment)
    : experiment_(experiment), known_(experiment.variants.each.size()) {
    for (std::size_t variant = 0; variant < known_.size(); ++variant) {
        keys_.push_back(key_of(job_of(asked, experiment, variant, 0)));
        variants_.emplace(keys_.back(), variant);
    }
}

SampleKeeper::~SampleKeeper() {
    if (file_ >= 0) ::close(file_);
}

// As id_of() made it; none of a run that is not among those.
std::optional<SampleKeeper::Place> SampleKeeper::place_of(const std::string& job,
                                                          std::uint64_t replications) const {
    const std::size_t dash = job.find('-');
    if (dash == std::string::npos) return std::nullopt;
    const auto variant = variants_.find(std::string_view(job).substr(0, dash));
    std::uint64_t replication = 0;
    const char* const last = job.data() + job.size();
    const auto [end, error] = std::from_chars(job.data() + dash + 1, last, replication);
    const bool is_number = error == std::errc() && end == last;
    if (!is_number || variant == variants_.end() || replication >= replications) {
        return std::nullopt;
    }
    return Place{variant->second, replication};
}

// Adds the sample of a line; what is wrong with it, empty when nothing is.
std::string SampleKeeper::problem_of(const std::string& line, const Wanted& wanted) {
    std::string problem;
    const auto read = read_sample_line(line, problem);
    if (!read) return reports::printable(problem);
    const auto place = place_of(read->job, wanted.replications);
    if (!place && !wanted.is_only) return {};
    if (!place) {
        return fmt::format(
            "job {} is not one of this sweep\n    was the scenario, or the command, changed since?",
            reports::printable(read->job));
    }
    auto sample = sample_of(*read, experiment_.figures, problem);
    if (!sample) return reports::printable(problem);
    auto& known = known_[place->variant];
    if (known.size() <= place->replication) known.resize(place->replication + 1);
    if (known[place->replication]) {
        return fmt::format("job {} is there twice", reports::printable(read->job));
    }
    known[place->replication] = std::move(sample);
    return {};
}

void SampleKeeper::add_lines(const std::string& file, const Wanted& wanted, std::string& problems) {
    constexpr std::size_t kMostTold = 10'000;  // bytes
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        problems += fmt::format("spate: cannot read {}: {}\n", reports::printable(file),
                                std::strerror(errno));
        return;
    }
    std::string line;
    for (std::size_t number = 1; std::getline(in, line) && !in.eof(); ++number) {
        if (problems.size() > kMostTold) return;
        if (line.empty()) continue;
        if (const std::string problem = problem_of(line, wanted); !problem.empty()) {
            problems += fmt::format("{}:{}: {}\n", reports::printable(file), number, problem);
        }
    }
}

void SampleKeeper::read(const std::string& file, std::uint64_t replications,
                        std::string& problems) {
    add_lines(file, {replications, true}, problems);
}

void SampleKeeper::open(const std::string& file, std::string& problems) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        add_lines(file, {kMostReplications, false}, problems);
        if (!problems.empty()) return;
    }
    file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file_ < 0 || !is_cut_to_whole_lines(file_)) {
        problems += fmt::format("spate: cannot write {}: {}\n", reports::printable(file),
                                std::strerror(errno));
    }
}

bool SampleKeeper::has(std::size_t variant, std::size_t replication) const {
    return replication < known_[variant].size() && known_[variant][replication].has_value();
}

std::optional<reports::Sample> SampleKeeper::take(std::size_t variant, std::size_t replication) {
    if (!has(variant, replication)) return std::nullopt;
    return std::exchange(known_[variant][replication], std::nullopt);
}

// A line at once, so that whoever is killed leaves whole lines and at most one that is not.
void SampleKeeper::keep(std::size_t variant, std::size_t replication,
                        const reports::Sample& sample) {
    const std::string line =
        line_of(sample, experiment_.figures, id_of(keys_[variant], replication));
    const std::lock_guard lock(mutex_);
    if (file_ < 0 || has_failed_) return;
    std::size_t done = 0;
    while (done < line.size()) {
        const ssize_t written = ::write(file_, line.data() + done, line.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            complain(fmt::format("cannot keep samples: {}", std::strerror(errno)));
            has_failed_ = true;
            return;
        }
        done += static_cast<std::size_t>(written);
    }
}

}  // namespace tools
