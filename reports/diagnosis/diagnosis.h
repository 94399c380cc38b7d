// What went wrong in a run, what limited it, and what would limit it next: a pure function over
// what was recorded. Everything that names a bottleneck speaks through this: the report, the page,
// --watch, explain, compare.
//
// Of each client's requests, slices of time in which something was wrong make windows (windows.h).
// In each, the most frequent cause says where to begin; from there the way leads along what the
// holders of a resource wait for (waits_for.h), to the deepest resource that was full and had
// somebody waiting or refused. A failure or change that was under way there is named (events.h), so
// is a new version that is worse than the one before (releases.h), and what would be full next, if
// this were not (judge.h).
//
// Whose requests leave messages for consumers is told of those, too, where they were at work all
// the time and fell behind: nobody waited for that, so it comes last.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/recording.h"

namespace reports {

// How a resource was used over a stretch of time; all instances of its node together.
struct ResourceUse {
    std::string node;
    std::string name;       // "threads"
    std::string parameter;  // of the node, that makes it larger; empty: none does
    std::string unit;
    std::string doc;  // what it is, and what frees it: sentences
    std::string freed;
    sim::ResourceKind kind = sim::ResourceKind::places;
    double size = 0;
    double in_use = 0;
    double waiting = 0;    // requests, mean over time
    double full = 0;       // the share of the time in which all of it was in use
    double fullest = 0;    // the same of the instance where it was highest
    double refused = 0;    // times
    double taken = 0;      // times
    double waiting_s = 0;  // that a request of the node waits for it, on average

    double share() const { return size > 0 ? in_use / size : 0; }
    // How many times this load it carries, as long as requests ask for the same work (utilisation
    // law: Denning and Buzen, "The operational analysis of queueing network models", Computing
    // Surveys 10, 1978).
    double carries() const { return 1 / share(); }
};

enum class Diagnosed {
    bottleneck,      // a resource was full, and requests waited for it or were refused
    limit,           // a limiter refused requests, and nothing behind it was full
    failure,         // a failure was under way
    bad_rollout,     // a new version failed more, or needed more, than the one before it
    retry_storm,     // what began it was over, and retries kept it full
    slow_by_nature,  // nothing was full: it takes so long, or fails by itself
};
constexpr std::size_t kVerdicts = 6;
std::string_view word_of(Diagnosed verdict);

// One or several windows with the same culprit, of one client or of several.
// What filled up because of it, on the way up to who called.
struct FilledUp {
    std::string node;
    std::string resource;
    double at_s = 0;  // the begin of the first slice in which it was full
};

struct RootCause {
    double from_s = 0;  // of the first window
    double to_s = 0;    // of the last
    // All windows together; 0: nobody failed, yet requests had to wait.
    double wrong_s = 0;
    Diagnosed verdict = Diagnosed::bottleneck;
    std::vector<std::string> clients;  // whose requests it is about
    std::optional<ResourceUse> resource;
    std::string node;    // the culprit's: where to look
    std::string event;   // the failure or change under way, or what a storm outlives; empty: none
    std::string cause;   // that users saw most; empty: they were slow only
    double harmed = 0;   // requests that failed, or came in slow slices
    double retries = 1;  // calls that retries made of one (retry amplification)
    std::vector<FilledUp> filled_up;  // the first one first
    std::string sentence;
};

struct Diagnosis {
    std::vector<RootCause> findings;     // most harm first
    std::vector<ResourceUse> resources;  // over the measured time, the fullest first
    std::vector<std::string> sentences;  // all there is to say; at least one

    // What limits it; else what is used most. Null when nothing is in use.
    const ResourceUse* busiest() const;

    // Of the first finding; empty when nothing is at its limit.
    std::string node() const { return findings.empty() ? "" : findings.front().node; }
    std::string verdict() const { return sentences.empty() ? "" : sentences.front(); }
};

// `recording` may be of a run that is under way (Recorder::so_far), from slice `first` on.
Diagnosis diagnose(const sim::Recording& recording, std::size_t first = 0);

}  // namespace reports
