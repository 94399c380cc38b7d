// Names the culprit of one window in which something was wrong: the failure under way, the release
// that is worse, the retries that outlive what began it, or the resource that was full.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "reports/diagnosis/events.h"
#include "reports/diagnosis/graph.h"
#include "reports/diagnosis/releases.h"
#include "reports/diagnosis/sentences.h"
#include "reports/diagnosis/windows.h"
#include "sim/recording.h"

namespace reports {

class Judge {
public:
    // From slice `first` on, or after the warm-up.
    Judge(const sim::Recording& recording, std::size_t first);

    // Of all windows of one client; of the whole run when there is none, yet something was full.
    // And of consumers who fall behind with what its requests leave for them.
    std::vector<RootCause> judge(std::size_t client) const;

    const ResourceGraph& graph() const { return graph_; }
    Stretch measured() const { return measured_; }
    const std::vector<Event>& events() const { return events_; }

private:
    // What is found out about a window.
    struct Case {
        std::size_t client = 0;
        Window window;
        sim::Cause cause = sim::Cause::none;
        std::size_t from = 0;  // the node where that began
        std::vector<std::size_t> chain;
        std::optional<std::size_t> culprit;  // the resource
        const Event* event = nullptr;
        std::optional<Worsened> release;
        Amplification retries;
        std::optional<LostCalls> lost;
        bool is_behind = false;  // of consumers, whom nobody's request waits for

        Stretch when() const { return window.when; }
    };

    Case look_at(std::size_t client, const Window& window, const std::vector<Stretch>& calm) const;
    std::size_t start_of(const Case& made) const;
    std::optional<std::size_t> culprit_of(const Case& made) const;
    std::optional<std::size_t> starved(const Case& made) const;
    std::string node_in_doubt(const Case& made) const;
    const Event* event_in(const Case& made) const;
    std::optional<Worsened> release_in(const Case& made) const;
    std::optional<LostCalls> lost_in(const Case& made) const;
    Diagnosed verdict_of(const Case& made) const;
    std::vector<RootCause> judge_requests(std::size_t client) const;
    std::optional<RootCause> saturation(std::size_t client) const;
    void add_behind(std::size_t client, std::vector<RootCause>& findings) const;
    RootCause behind(std::size_t client, std::size_t reader, Stretch when) const;
    RootCause finding_of(const Case& made, Diagnosed verdict) const;
    std::vector<FilledUp> filled_up_of(const Case& made) const;
    Told told_of(const Case& made) const;
    std::optional<ResourceUse> next_of(const Case& made) const;

    double slice_s() const { return sim::seconds(recording_.slice); }

    const sim::Recording& recording_;
    ResourceGraph graph_;
    std::vector<Event> events_;
    std::vector<Release> releases_;
    Stretch measured_;
};

}  // namespace reports
