// A run as data: all that its sample is a function of, as a line of JSON that any machine can play
// that has the program and the scenario's files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/experiment.h"

namespace tools {

struct Job {
    std::string variant;  // what the sweep calls it
    std::string file;
    std::string sha256;  // of the scenario with all that is laid over it
    std::vector<std::string> overlays;
    std::vector<std::string> sets;
    std::vector<std::string> vary;     // PATH=VALUE
    std::vector<std::string> metrics;  // beyond the usual figures
    std::vector<std::string> expect;
    std::uint64_t seed = 0;
    std::uint64_t replication = 0;
};

Job job_of(const ExperimentAsked& asked, const Experiment& experiment, std::size_t variant,
           std::uint64_t replication);

// 16 hexadecimal digits, the same for all replications of a variant under one seed.
std::string key_of(const Job& job);
// "9f86d081884c7d65-3": jobs of one id come to the same sample.
std::string id_of(const std::string& key, std::uint64_t replication);

// With a newline. Says what sweep it is of, too, so that gather can tell how that ends.
std::string line_of(const Job& job, const ExperimentAsked& sweep);

struct ReadJob {
    Job job;
    std::string key;
};
// None, with the reason: no job, one of another version of the program, or one that was edited.
std::optional<ReadJob> read_job(const std::string& line, std::string& problem);
// The sweep that a job is of.
std::optional<ExperimentAsked> read_sweep(const std::string& line, std::string& problem);

}  // namespace tools
