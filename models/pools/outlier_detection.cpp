#include "models/pools/outlier_detection.h"

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

// The standard deviation is that of the targets there are, not an estimate for more.
SuccessRates success_rates(const std::vector<double>& rates, double stdev_factor) {
    const auto count = static_cast<double>(rates.size());
    double mean = 0;
    for (const double rate : rates) mean += rate / count;
    double variance = 0;
    for (const double rate : rates) variance += (rate - mean) * (rate - mean) / count;
    return {mean, mean - stdev_factor * std::sqrt(variance)};
}

bool may_eject(const OutlierDetectionSpec& spec, std::size_t ejected, std::size_t targets) {
    if (spec.always_eject_one_host && ejected == 0) return true;
    const double percent = 100.0 * static_cast<double>(ejected + 1) / static_cast<double>(targets);
    return percent <= 100.0 * spec.max_ejection_percent.value + 1e-9;  // 29 % is not quite 0.29
}

sim::Duration ejection_time(const OutlierDetectionSpec& spec, std::uint32_t n) {
    const sim::Duration longest = std::max(spec.max_ejection_time, spec.base_ejection_time);
    if (n == 0 || spec.base_ejection_time > longest / std::int64_t{n}) return longest;
    return spec.base_ejection_time * std::int64_t{n};
}

OutlierDetection::Host& OutlierDetection::host(BackendId id) {
    if (hosts_.size() <= id) hosts_.resize(targets_.size());
    return hosts_[id];
}

void OutlierDetection::answered(BackendId id, std::optional<ErrorClass> error_class) {
    Host& host = this->host(id);
    ++host.requests;
    if (!is_5xx(error_class)) {
        ++host.successes;
        host.failures_in_row = 0;
        host.gateway_failures_in_row = 0;
        return;
    }
    if (is_gateway_failure(error_class)) {
        if (++host.gateway_failures_in_row == spec_.consecutive_gateway_failure) {
            host.gateway_failures_in_row = 0;
            eject(id, spec_.enforcing_consecutive_gateway_failure, "gateway failures in a row");
        }
    } else {
        host.gateway_failures_in_row = 0;
    }
    if (++host.failures_in_row == spec_.consecutive_5xx) {
        host.failures_in_row = 0;
        eject(id, spec_.enforcing_consecutive_5xx, "failures in a row");
    }
}

void OutlierDetection::eject(BackendId id, sim::Fraction enforcing, const char* why) {
    if (targets_.has(id, Reason::ejected) || targets_.leaving(id)) return;
    if (enforcing.value < 1 && !(enforcing.value > 0 && draws_.chance(enforcing.value))) return;
    if (!may_eject(spec_, out_, targets_.size())) return;
    Host& host = this->host(id);
    ++out_;
    ++ejections_;
    ++host.times;
    host.ejected = context_.now();
    targets_.tell(id, "ejected", why);
    targets_.exclude(id, Reason::ejected);
}

sim::Task<void> OutlierDetection::sweep() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.interval);
        hosts_.resize(targets_.size());
        take_back();
        judge_success_rates();
        judge_failure_rates();
        for (Host& host : hosts_) host.requests = host.successes = 0;
    }
}

void OutlierDetection::take_back() {
    for (BackendId id = 0; id < hosts_.size(); ++id) {
        Host& host = hosts_[id];
        if (!targets_.has(id, Reason::ejected)) {
            if (host.times > 0) --host.times;
            continue;
        }
        if (context_.now() - host.ejected < ejection_time(spec_, host.times)) continue;
        --out_;
        host.failures_in_row = host.gateway_failures_in_row = 0;
        targets_.tell(id, "taken back");
        targets_.include(id, Reason::ejected);
    }
}

bool OutlierDetection::counts(BackendId id, std::uint32_t volume) const {
    const Host& host = hosts_[id];
    return host.requests > 0 && host.requests >= volume && !targets_.has(id, Reason::ejected) &&
           !targets_.leaving(id);
}

void OutlierDetection::judge_success_rates() {
    std::vector<BackendId> judged;
    std::vector<double> rates;
    for (BackendId id = 0; id < hosts_.size(); ++id) {
        if (!counts(id, spec_.success_rate_request_volume)) continue;
        judged.push_back(id);
        rates.push_back(100.0 * hosts_[id].successes / hosts_[id].requests);
    }
    if (rates.empty() || rates.size() < spec_.success_rate_minimum_hosts) return;
    const double threshold = success_rates(rates, spec_.success_rate_stdev_factor).threshold;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        if (rates[i] < threshold) eject(judged[i], spec_.enforcing_success_rate, "success rate");
    }
}

void OutlierDetection::judge_failure_rates() {
    std::vector<BackendId> judged;
    for (BackendId id = 0; id < hosts_.size(); ++id) {
        if (counts(id, spec_.failure_percentage_request_volume)) judged.push_back(id);
    }
    if (judged.size() < spec_.failure_percentage_minimum_hosts) return;
    for (const BackendId id : judged) {
        const double failed = 1 - static_cast<double>(hosts_[id].successes) / hosts_[id].requests;
        if (failed < spec_.failure_percentage_threshold.value) continue;
        eject(id, spec_.enforcing_failure_percentage, "failure rate");
    }
}

}  // namespace models
