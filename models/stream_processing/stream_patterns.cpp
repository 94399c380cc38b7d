#include "models/stream_processing/stream_patterns.h"

#include <algorithm>
#include <cstddef>

namespace models::streaming {

void StreamPatternsSpec::check(spec::Check& check) const {
    StreamJobSpec::check(check);
    for (const PatternStepSpec& step : sequence) {
        const bool is_read =
            std::any_of(topics.begin(), topics.end(),
                        [&](const spec::ConsumeRef& each) { return each.endpoint == step.topic; });
        check.that(is_read, "sequence",
                   "it waits for events of \"" + step.topic + "\", which it does not read",
                   "add the topic to \"topics\"");
    }
    const auto is_awaited = [&](const spec::ConsumeRef& topic) {
        return std::any_of(sequence.begin(), sequence.end(), [&](const PatternStepSpec& each) {
            return each.topic == topic.endpoint;
        });
    };
    const bool needs_all =
        contiguity == Contiguity::strict || std::all_of(topics.begin(), topics.end(), is_awaited);
    check.that(needs_all, "topics", "it reads events that are in no pattern",
               R"(leave them out, or write "contiguity": "strict": then they break one)");
}

PatternRule StreamPatternsSpec::rule() const {
    PatternRule rule{{}, within, contiguity, after_match};
    for (const PatternStepSpec& step : sequence) {
        const auto topic =
            std::find_if(topics.begin(), topics.end(),
                         [&](const spec::ConsumeRef& each) { return each.endpoint == step.topic; });
        rule.topics.insert(rule.topics.end(), step.times,
                           static_cast<std::uint32_t>(topic - topics.begin()));
    }
    return rule;
}

StreamPatterns::StreamPatterns(const Spec& spec, const Context& context)
    : StreamJob(spec, context),
      rule_(spec.rule()),
      found_([this](const Match& match) { found(match); }),
      patterns_(rule_),
      saved_(patterns_),
      matches_(context, "matches"),
      matched_again_(context, "matched_again"),
      detection_delay_(context, "detection_delay") {}

bool StreamPatterns::take(const StreamEvent& event, sim::Time watermark) {
    return patterns_.add(event, watermark);
}

void StreamPatterns::advance(sim::Time watermark) {
    patterns_.advance(watermark, found_);
}

void StreamPatterns::found(const Match& match) {
    const bool is_new = told_.insert(match).second;
    const auto last = static_cast<std::uint64_t>(match.last.time_since_epoch().count());
    tell(sim::mix(sim::mix(match.key) ^ last), match.key);
    if (!is_measured(match.first)) return;
    (is_new ? matches_ : matched_again_).add();
    if (is_new) detection_delay_.add(context().now() - match.last);
}

// From all that the topics have now, with nothing late and nothing twice.
std::set<Match> StreamPatterns::recomputed() const {
    std::set<Match> all;
    Patterns patterns(rule_);
    for_each_kept([&](const StreamEvent& event) { patterns.add(event, kNoWatermark); });
    patterns.advance(watermark(), [&](const Match& match) { all.insert(match); });
    return all;
}

void StreamPatterns::finish() {
    StreamJob::finish();
    const std::set<Match> all = recomputed();
    const sim::Time since = kept_since();
    const auto not_in = [&](const std::set<Match>& one, const std::set<Match>& other) {
        return static_cast<double>(std::count_if(one.begin(), one.end(), [&](const Match& each) {
            return each.first >= since && !other.contains(each);
        }));
    };
    sim::NodeRecord& record = context().meter.record();
    record.measures.push_back({"missed_matches", "", not_in(all, told_)});
    record.measures.push_back({"false_matches", "", not_in(told_, all)});
}

}  // namespace models::streaming
