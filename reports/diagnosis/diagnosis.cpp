#include "reports/diagnosis/diagnosis.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include "reports/diagnosis/backlogs.h"
#include "reports/diagnosis/evictions.h"
#include "reports/diagnosis/judge.h"
#include "reports/diagnosis/waits_for.h"

namespace reports {

namespace {

constexpr std::array<std::string_view, kVerdicts> kVerdictWords = {
    "bottleneck", "limit", "failure", "bad_rollout", "retry_storm", "slow_by_nature"};

bool is_same_culprit(const RootCause& one, const RootCause& other) {
    const auto name = [](const RootCause& each) {
        return each.resource ? each.resource->name : "";
    };
    return one.verdict == other.verdict && one.node == other.node && one.event == other.event &&
           name(one) == name(other);
}

// One culprit is one finding, whenever and for whomever; told as it was where it did most harm.
void add_finding(std::vector<RootCause>& findings, RootCause&& finding) {
    const auto known = std::ranges::find_if(
        findings, [&](const RootCause& each) { return is_same_culprit(each, finding); });
    if (known == findings.end()) {
        findings.push_back(std::move(finding));
        return;
    }
    if (finding.harmed > known->harmed) {
        known->sentence = std::move(finding.sentence);
        known->resource = std::move(finding.resource);
        known->cause = std::move(finding.cause);
        known->retries = finding.retries;
    }
    known->from_s = std::min(known->from_s, finding.from_s);
    known->to_s = std::max(known->to_s, finding.to_s);
    known->wrong_s += finding.wrong_s;
    known->harmed += finding.harmed;
    for (const std::string& client : finding.clients) {
        if (std::ranges::find(known->clients, client) == known->clients.end()) {
            known->clients.push_back(client);
        }
    }
}

}  // namespace

std::string_view word_of(Diagnosed verdict) {
    return kVerdictWords[static_cast<std::size_t>(verdict)];
}

const ResourceUse* Diagnosis::busiest() const {
    for (const RootCause& each : findings) {
        if (each.resource) return &*each.resource;
    }
    const auto used = [](const ResourceUse& use) { return use.share() > 0; };
    const auto fullest = std::ranges::find_if(resources, used);
    return fullest == resources.end() ? nullptr : &*fullest;
}

Diagnosis diagnose(const sim::Recording& recording, std::size_t first) {
    const Judge judge(recording, first);
    const ResourceGraph& graph = judge.graph();
    Diagnosis diagnosis;
    diagnosis.resources = ranking_of(graph, judge.measured());
    for (std::size_t node = 0; node < graph.nodes(); ++node) {
        if (!graph.node(node).is_client) continue;
        for (RootCause& each : judge.judge(node)) add_finding(diagnosis.findings, std::move(each));
    }
    std::ranges::stable_sort(diagnosis.findings, std::greater(), &RootCause::harmed);
    diagnosis.sentences = sentences_of(diagnosis);
    // Where users are fine it is what is to be said first.
    std::vector<std::string> behind =
        backlogs_of(recording, judge.events(), judge.measured().first, judge.measured().end);
    std::ranges::move(evictions_of(recording), std::back_inserter(behind));
    diagnosis.sentences.insert(
        diagnosis.findings.empty() ? diagnosis.sentences.begin() : diagnosis.sentences.end(),
        behind.begin(), behind.end());
    return diagnosis;
}

}  // namespace reports
