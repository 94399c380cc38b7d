#include "tools/job.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/json_text.h"
#include "reports/words/terminal.h"
#include "sim/fingerprint.h"
#include "tools/json_line.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr std::string_view kJobSchema = "spate.job/1";

// All that it depends on but the replication.
spec::Json key_json(const Job& job) {
    spec::Json json;
    json.put("schema", kJobSchema);
    json.put("version", SPATE_VERSION);
    json.put("variant", job.variant);
    json.put("seed", job.seed);
    json.put("scenario", job.file);
    json.put("sha256", job.sha256);
    json.put("overlay", list_of(job.overlays));
    json.put("set", list_of(job.sets));
    json.put("vary", list_of(job.vary));
    json.put("metrics", list_of(job.metrics));
    json.put("expect", list_of(job.expect));
    return json;
}

spec::Json sweep_json(const ExperimentAsked& sweep) {
    const VariantsAsked wanted = wanted_variants(sweep);
    spec::Json json;
    json.put("files", list_of(wanted.files));
    json.put("overlay", list_of(wanted.overlays));
    json.put("set", list_of(wanted.sets));
    json.put("vary", list_of(wanted.vary));
    json.put("metric", list_of(sweep.metrics));
    json.put("threshold", list_of(sweep.thresholds));
    json.put("replications", sweep.replications);
    json.put("seed", sweep.replicas.seed);
    return json;
}

std::string hash_of(const spec::Json& json) {
    const std::string text = spec::compact_text(json);
    sim::Fingerprint fingerprint;
    fingerprint.add(text.size());
    for (std::size_t begin = 0; begin < text.size(); begin += 8) {
        std::uint64_t word = 0;
        for (std::size_t i = begin; i < std::min(begin + 8, text.size()); ++i) {
            word = word << 8U | static_cast<unsigned char>(text[i]);
        }
        fingerprint.add(word);
    }
    return fingerprint.hex();
}

}  // namespace

Job job_of(const ExperimentAsked& asked, const Experiment& experiment, std::size_t variant,
           std::uint64_t replication) {
    const LoadedVariant& each = experiment.variants.each[variant];
    const VariantsAsked wanted = wanted_variants(asked);
    Job job{each.name, each.file, each.loaded.sha256,  wanted.overlays, wanted.sets, {},
            {},        {},        asked.replicas.seed, replication};
    for (const Variation& one : each.varied) job.vary.push_back(one.path + "=" + one.value);
    for (const reports::ComparedFigure& figure : experiment.figures) {
        if (figure.expression) job.metrics.push_back(figure.expression->text());
    }
    for (const reports::Expression& one : experiment.expected[variant]) {
        job.expect.push_back(one.text());
    }
    return job;
}

std::string key_of(const Job& job) {
    return hash_of(key_json(job));
}

std::string id_of(const std::string& key, std::uint64_t replication) {
    return fmt::format("{}-{}", key, replication);
}

std::string line_of(const Job& job, const ExperimentAsked& sweep) {
    spec::Json json = key_json(job);
    json.put("replication", job.replication);
    json.put("job", id_of(key_of(job), job.replication));
    json.put("sweep", sweep_json(sweep));
    return spec::compact_text(json) + "\n";
}

std::optional<ReadJob> read_job(const std::string& line, std::string& problem) {
    const auto json = read_line(line, problem);
    if (!json) return std::nullopt;
    JsonMembers members(*json, problem);
    if (members.text("schema") != kJobSchema && problem.empty()) {
        problem = fmt::format("it is no {}", kJobSchema);
    }
    const std::string version = members.text("version");
    if (version != SPATE_VERSION && problem.empty()) {
        problem = fmt::format("it was written by spate {}, and this is {}",
                              reports::printable(version), SPATE_VERSION);
    }
    ReadJob read;
    const std::string id = members.text("job");
    read.job.variant = members.text("variant");
    read.job.replication = members.count("replication");
    read.job.seed = members.count("seed");
    read.job.file = members.text("scenario");
    read.job.sha256 = members.text("sha256");
    read.job.overlays = members.texts("overlay");
    read.job.sets = members.texts("set");
    read.job.vary = members.texts("vary");
    read.job.metrics = members.texts("metrics");
    read.job.expect = members.texts("expect");
    read.key = key_of(read.job);
    if (problem.empty() && id_of(read.key, read.job.replication) != id) {
        problem = "its \"job\" is not that of what it says; was it edited?";
    }
    if (!problem.empty()) return std::nullopt;
    return read;
}

std::optional<ExperimentAsked> read_sweep(const std::string& line, std::string& problem) {
    const auto json = read_line(line, problem);
    if (!json) return std::nullopt;
    const spec::Json* const sweep = json->find("sweep");
    if (sweep == nullptr) {
        problem = "it has no \"sweep\"";
        return std::nullopt;
    }
    JsonMembers members(*sweep, problem);
    ExperimentAsked asked;
    asked.variants = {members.texts("files"),
                      members.texts("overlay"),
                      members.texts("set"),
                      members.texts("vary"),
                      {}};
    asked.metrics = members.texts("metric");
    asked.thresholds = members.texts("threshold");
    const std::uint64_t replications = members.count("replications");
    asked.replicas.seed = members.count("seed");
    if (problem.empty() && (replications < 1 || replications > kMostReplications)) {
        problem = fmt::format("\"replications\" should be 1 to {}", kMostReplications);
    }
    if (!problem.empty()) return std::nullopt;
    asked.replications = static_cast<std::uint32_t>(replications);
    return asked;
}

}  // namespace tools
