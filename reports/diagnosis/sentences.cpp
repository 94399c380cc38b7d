#include "reports/diagnosis/sentences.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/words/numbers.h"

namespace reports {

namespace {

using sim::ResourceKind;

std::string amount(const ResourceUse& use, double value) {
    return use.unit == "bytes" ? brief_bytes(value) : brief_count(value);
}

// "db's cores", but "the bandwidth of a to b".
std::string named_resource(const ResourceUse& use) {
    return fmt::format("{} {}", possessive(use.node), use.name);
}

// "threads", "row locks", "connections to db"; a limit's name may end as it likes.
std::string_view are(const ResourceUse& use) {
    const std::string_view name = use.name;
    const std::string_view head = name.substr(0, std::min(name.find(" to "), name.find(" of ")));
    return head.ends_with('s') && use.kind != ResourceKind::limit ? "are" : "is";
}

std::string refused(const ResourceUse& use) {
    if (!(use.refused > 0)) return {};
    return fmt::format("{} refused", grouped(static_cast<std::uint64_t>(use.refused)));
}

// "97 % in use (9.7 of 10), 38 requests waiting, 412 refused"
std::string use_of(const ResourceUse& use) {
    std::string text;
    if (use.size > 0) {
        text = fmt::format("{:.0f} % in use ({} of {})", 100 * use.share(), amount(use, use.in_use),
                           amount(use, use.size));
    }
    if (use.waiting >= 0.005) {
        text += fmt::format("{}{} waiting", text.empty() ? "" : ", ", brief_count(use.waiting));
    }
    if (const std::string no = refused(use); !no.empty()) {
        text += (text.empty() ? "" : ", ") + no;
    }
    if (use.full < 0.5 && use.fullest >= 0.75) {
        text += fmt::format(", one instance full {:.0f} % of the time", 100 * use.fullest);
    }
    return text;
}

std::string when(const RootCause& finding) {
    if (finding.wrong_s <= 0) return {};
    const std::string from = finding.from_s > 0 ? brief(finding.from_s) : "the start";
    return fmt::format("from {} to {}", from, brief(finding.to_s));
}

std::string seen_as(const RootCause& finding, const Told& told) {
    if (told.is_behind) return "messages wait, and no user does";
    if (finding.wrong_s <= 0) return "requests wait, and none fails";
    return finding.cause.empty() ? "users saw it as latency"
                                 : fmt::format("users saw \"{}\"", finding.cause);
}

// "db slow (1 of 1 instances)"; of links "partition of eu-a and eu-b".
std::string event_name(const Event& event) {
    const std::string detail = event.detail.empty() ? "" : fmt::format(" ({})", event.detail);
    if (event.is_on_links) return fmt::format("{} of {}{}", event.what, event.node, detail);
    // Of "zone b" the "zone_outage".
    const std::size_t end = event.what.find("_outage");
    if (end != std::string::npos && event.node.starts_with(event.what.substr(0, end) + ' ')) {
        return fmt::format("{} outage{}", event.node, detail);
    }
    return fmt::format("{} {}{}", event.node, event.what, detail);
}

std::string event_text(const Event& event) {
    if (event.is_moment()) return fmt::format("{} at {}", event_name(event), brief(event.from_s));
    return fmt::format("{} from {} to {}", event_name(event), brief(event.from_s),
                       brief(event.to_s));
}

std::string count_text(double value) {
    return grouped(static_cast<std::uint64_t>(value));
}

std::string lost_calls(const Told& told) {
    if (!told.lost) return "";
    return fmt::format("; of {} calls from {} to {}, {} never arrived", count_text(told.lost->sent),
                       told.lost->from, told.lost->to, count_text(told.lost->lost));
}

constexpr double kAmplified = 1.2;

std::string retries_text(const Told& told) {
    if (told.retries.calls < kAmplified) return "";
    return fmt::format("; retries of {} make {:.2g} calls of each", told.retries.node,
                       told.retries.calls);
}

// Several are a wave that went up to the callers: each with its time.
std::string filled_up(const RootCause& finding) {
    const std::vector<FilledUp>& all = finding.filled_up;
    if (all.empty()) return "";
    std::string names;
    for (const FilledUp& each : all) {
        names +=
            fmt::format("{}{} {}", names.empty() ? "" : ", ", possessive(each.node), each.resource);
        if (all.size() > 1) names += fmt::format(" at {}", brief(each.at_s));
    }
    return all.size() > 1 ? fmt::format("; behind it filled up {}", names)
                          : fmt::format("; {} filled up behind it", names);
}

std::string next_to_fill(const Told& told) {
    if (!told.next) return "; no other resource that serves it is in use";
    return fmt::format("; next would be {}: {:.0f} % in use, full at {} this load",
                       named_resource(*told.next), 100 * told.next->share(),
                       times_text(told.next->carries()));
}

std::string full_resource(const RootCause& finding) {
    if (!finding.resource) return "";
    const ResourceUse& use = *finding.resource;
    return fmt::format("; {} {} {}", named_resource(use), are(use), use_of(use));
}

std::string failure(const RootCause& finding, const Told& told) {
    const std::string_view what = told.event->is_failure ? "A failure: " : "A change: ";
    return std::string(what) + event_text(*told.event) + lost_calls(told) + full_resource(finding) +
           filled_up(finding) + retries_text(told);
}

std::string limited(const RootCause& finding, const Told& told) {
    const ResourceUse& use = *finding.resource;
    std::string text = use.kind == ResourceKind::stock
                           ? fmt::format("{} limits the system: its {} ran out, {}", use.node,
                                         use.name, use_of(use))
                           : fmt::format("{} limits the system: its {} {} {}", use.node, use.name,
                                         are(use), use_of(use));
    if (told.event != nullptr) {
        text += fmt::format("; under way: {}", event_text(*told.event));
    }
    return text + filled_up(finding) + retries_text(told) + next_to_fill(told);
}

std::string limit(const ResourceUse& use) {
    return fmt::format(
        "{} limits the system: its {} let {} pass and refused {}, as a limit should; nothing "
        "behind it was full",
        use.node, use.name, grouped(static_cast<std::uint64_t>(use.taken)),
        grouped(static_cast<std::uint64_t>(use.refused)));
}

std::string storm(const RootCause& finding, const Told& told) {
    const std::string over =
        told.healed != nullptr
            ? fmt::format("{} was over at {}", event_name(*told.healed), brief(told.healed->to_s))
            : fmt::format("a surge of {:.2g}x the usual requests was over at {}", told.surge,
                          brief(finding.from_s));
    return fmt::format("A retry storm: retries of {} (x{:.2g}) keep it down after {}",
                       told.retries.node, told.retries.calls, over) +
           full_resource(finding) + filled_up(finding);
}

// "fails 30 % of its requests (0 % before)".
std::string worsened_text(const Worsened& seen) {
    if (seen.fails()) {
        return fmt::format("fails {:.2g} % of its requests by itself, {:.2g} % before",
                           100 * seen.failed, 100 * seen.failed_before);
    }
    if (seen.is_slower()) {
        return fmt::format("needs {} of its cores for a request, {} before", brief(seen.work_s),
                           brief(seen.work_before_s));
    }
    return fmt::format("has {:.3g} cores, {:.3g} before", seen.cores, seen.cores_before);
}

// When it came, and whether it is gone.
std::string rollout_text(const Release& release) {
    std::string text = fmt::format("rolled out from {}", brief(release.from_s));
    if (release.rolled_out_s) text += fmt::format(" to {}", brief(*release.rolled_out_s));
    if (release.rolled_back_s) {
        text += fmt::format(", rolled back from {} to {}", brief(*release.rolled_back_s),
                            brief(release.to_s));
    }
    return text;
}

std::string bad_rollout(const RootCause& finding, const Told& told) {
    const Release& release = *told.release->release;
    return fmt::format("A bad rollout: {} of {}, {}, {}", release.version, release.node,
                       rollout_text(release), worsened_text(*told.release)) +
           full_resource(finding) + filled_up(finding) + retries_text(told);
}

std::string by_nature(const RootCause& finding, const Told& told) {
    if (finding.cause == "read only") {
        return fmt::format("Writes reach replicas of {}, which refuse them", finding.node);
    }
    if (finding.cause == "unavailable") {
        return fmt::format("Too few instances of {} were there to answer some of the requests",
                           finding.node);
    }
    if (finding.cause == "deadlock") {
        return fmt::format("Writes at {} are rolled back because they deadlock", finding.node);
    }
    if (told.cause_kind == sim::CauseKind::nobody_was_there) {
        return fmt::format("No instance of {} was there to answer some of the requests",
                           finding.node);
    }
    if (finding.cause == "not found") {
        return fmt::format("Requests ask {} for what it does not have; no resource was full",
                           finding.node);
    }
    if (finding.cause == "fault") {
        return fmt::format("Requests fail at {} itself, by errors of its own; no resource was full",
                           finding.node);
    }
    return fmt::format(
        "No resource was full: requests at {} are slow by their own service times or the waits in "
        "their steps",
        finding.node);
}

std::string body_of(const RootCause& finding, const Told& told) {
    switch (finding.verdict) {
        case Diagnosed::failure:
            return failure(finding, told);
        case Diagnosed::bad_rollout:
            return bad_rollout(finding, told);
        case Diagnosed::retry_storm:
            return storm(finding, told);
        case Diagnosed::limit:
            return limit(*finding.resource);
        case Diagnosed::slow_by_nature:
            return by_nature(finding, told);
        case Diagnosed::bottleneck:
            break;
    }
    return limited(finding, told);
}

std::string sentence(const RootCause& finding) {
    const std::string time = when(finding);
    return finding.sentence + (time.empty() ? "." : fmt::format(" ({}).", time));
}

}  // namespace

std::string sentence_of(const RootCause& finding, const Told& told) {
    return body_of(finding, told) + "; " + seen_as(finding, told);
}

std::vector<std::string> sentences_of(const Diagnosis& diagnosis) {
    std::vector<std::string> all;
    for (const RootCause& each : diagnosis.findings) all.push_back(sentence(each));
    if (!all.empty()) return all;
    const auto fullest = std::ranges::find_if(
        diagnosis.resources, [](const ResourceUse& use) { return use.share() > 0; });
    if (fullest == diagnosis.resources.end())
        return {"Nothing is at its limit: no resource with a limit is in use."};
    const std::string waiting =
        fullest->waiting >= 0.005
            ? fmt::format(", {} requests waiting", brief_count(fullest->waiting))
            : "";
    all.push_back(
        fmt::format("Nothing is at its limit. {} {} {:.0f} % in use{}: full at {} today's load.",
                    named_resource(*fullest), are(*fullest), 100 * fullest->share(), waiting,
                    times_text(fullest->carries())));
    const auto next = std::find_if(fullest, diagnosis.resources.end(), [&](const auto& use) {
        return use.node != fullest->node && use.share() > 0;
    });
    if (next == diagnosis.resources.end()) {
        all.push_back("No resource of another node is in use.");
    } else {
        all.push_back(fmt::format(
            "Were {} relieved, {} would be next: {:.0f} % in use now, full at {} what is "
            "served today.",
            fullest->node, named_resource(*next), 100 * next->share(),
            times_text(next->carries())));
    }
    return all;
}

}  // namespace reports
