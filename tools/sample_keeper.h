// Samples in files, by the run that they are of: what is there is not played again.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tools/job.h"

namespace tools {

class SampleKeeper final : public KnownSamples {
public:
    // The experiment must outlive it.
    SampleKeeper(const ExperimentAsked& asked, const Experiment& experiment);
    ~SampleKeeper() override;
    SampleKeeper(const SampleKeeper&) = delete;
    SampleKeeper& operator=(const SampleKeeper&) = delete;

    // Adds the samples of a file, in whatever order. A last line without an end was cut short when
    // whoever wrote it was killed, and does not count. Problems are for people: a sample that is
    // there twice, or is of another run than the first `replications` of each variant.
    void read(const std::string& file, std::uint64_t replications, std::string& problems);
    // Reads a file if there is one, passing over other runs; cuts off what was not ended, and adds
    // new samples to it.
    void open(const std::string& file, std::string& problems);

    bool has(std::size_t variant, std::size_t replication) const;
    // Gives it away: there it is no longer.
    std::optional<reports::Sample> take(std::size_t variant, std::size_t replication) override;
    void keep(std::size_t variant, std::size_t replication, const reports::Sample& sample) override;

    bool has_failed() const { return has_failed_; }  // to write

private:
    struct Place {
        std::size_t variant;
        std::uint64_t replication;
    };
    struct Wanted;

    std::optional<Place> place_of(const std::string& job, std::uint64_t replications) const;
    void add_lines(const std::string& file, const Wanted& wanted, std::string& problems);
    std::string problem_of(const std::string& line, const Wanted& wanted);

    const Experiment& experiment_;
    std::vector<std::string> keys_;                             // of each variant
    std::map<std::string, std::size_t, std::less<>> variants_;  // by key
    std::vector<std::vector<std::optional<reports::Sample>>> known_;
    std::mutex mutex_;
    int file_ = -1;
    bool has_failed_ = false;
};

}  // namespace tools
