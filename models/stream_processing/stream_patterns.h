// The node `stream_patterns`: a job that finds patterns of events (patterns.h).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/stream_processing/patterns.h"
#include "models/stream_processing/stream_job.h"

namespace models::streaming {

struct PatternStepSpec {
    static constexpr std::string_view name = "pattern_step";
    static constexpr std::string_view doc = "Events of a pattern, one after the other.";
    std::string topic;
    std::uint32_t times = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("topic", &PatternStepSpec::topic,
                     "The topic that such events are published to, without its node."),
            param("times", &PatternStepSpec::times, between(1u, 1000u),
                  "How many of them (times).")};
    }
};

struct StreamPatternsSpec : StreamJobSpec {
    static constexpr std::string_view kind = "stream_patterns";
    static constexpr std::string_view doc =
        "A stream processing job that finds patterns over events (complex event processing, as "
        "Flink CEP): of a key, these events in this order within a time. What kind of event a "
        "record is, its topic says.";
    std::vector<PatternStepSpec> sequence;
    sim::Duration within{};
    Contiguity contiguity = Contiguity::relaxed;
    AfterMatch after_match = AfterMatch::no_skip;

    PatternRule rule() const;
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = StreamPatternsSpec;
        constexpr sim::Duration kMost = std::chrono::hours(24 * 366);
        return std::tuple_cat(
            std::tuple{
                required("sequence", &Spec::sequence, not_empty(), "The events of a match."),
                required("within", &Spec::within, above(sim::Duration::zero()), at_most(kMost),
                         "From the first event of a match to the last it is less than this."),
                param("contiguity", &Spec::contiguity,
                      "Whether other events of the key, of the topics that are read, may come "
                      "between."),
                param("after_match", &Spec::after_match,
                      "What becomes of matches that have begun when another is found "
                      "(AfterMatchSkipStrategy).")},
            StreamJobSpec::params());
    }
};

class StreamPatterns final : public StreamJob {
public:
    using Spec = StreamPatternsSpec;

    StreamPatterns(const Spec& spec, const Context& context);

    void finish() override;

private:
    bool take(const StreamEvent& event, sim::Time watermark) override;
    void advance(sim::Time watermark) override;
    std::size_t state_size() const override { return patterns_.size(); }
    void save() override { saved_ = patterns_; }
    void restore() override { patterns_ = saved_; }

    void found(const Match& match);
    std::set<Match> recomputed() const;

    PatternRule rule_;
    Patterns::Found found_;
    Patterns patterns_;
    Patterns saved_;
    std::set<Match> told_;
    Tally matches_, matched_again_;
    Spread detection_delay_;
};

}  // namespace models::streaming
