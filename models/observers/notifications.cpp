#include "models/observers/notifications.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "models/observers/promql_part.h"

namespace models {

namespace {

using promql::Labels;

constexpr std::int64_t kForgets = 30'000;

// "severity=critical", "severity=~\"page|ticket\"": as a selector of a query.
std::optional<promql::Query> matcher_of(const std::string& text, promql::QueryError& error) {
    const std::size_t sign = text.find_first_of("=!");
    const std::size_t begin =
        sign == std::string::npos ? sign : text.find_first_not_of("=!~", sign);
    std::string quoted = text;
    if (begin != std::string::npos) {
        const std::size_t value = text.find_first_not_of(' ', begin);
        if (value != std::string::npos && text[value] != '"' && text[value] != '\'') {
            quoted = text.substr(0, begin) + '"' + text.substr(value) + '"';
        }
    }
    return promql::Query::parse("{" + quoted + "}", error);
}

// A route with all that it has from those around it.
struct Route {
    std::string receiver;
    std::vector<promql::Query> matchers;
    std::vector<std::string> group_by;
    std::int64_t group_wait = 30'000;
    std::int64_t group_interval = 300'000;
    std::int64_t repeat_interval = 14'400'000;
    bool goes_on = false;
    const RouteSpec* acts = nullptr;  // that says the actions
    std::size_t number = 0;           // from the outermost on
    std::vector<Route> routes;

    Route(const RouteSpec& spec, const Route* around) {
        if (around != nullptr) {
            receiver = around->receiver;
            group_by = around->group_by;
            group_wait = around->group_wait;
            group_interval = around->group_interval;
            repeat_interval = around->repeat_interval;
            acts = around->acts;
        }
        if (!spec.actions.empty()) acts = &spec;
        if (!spec.receiver.empty()) receiver = spec.receiver;
        if (receiver.empty()) receiver = "default";
        for (const std::string& each : spec.matchers) {
            promql::QueryError error;
            if (auto query = matcher_of(each, error)) matchers.push_back(std::move(*query));
        }
        if (spec.group_by) group_by = *spec.group_by;
        if (spec.group_wait) group_wait = promql::milliseconds(*spec.group_wait);
        if (spec.group_interval) group_interval = promql::milliseconds(*spec.group_interval);
        if (spec.repeat_interval) repeat_interval = promql::milliseconds(*spec.repeat_interval);
        goes_on = spec.goes_on;
        for (const RouteSpec& each : spec.routes) routes.emplace_back(each, this);
    }

    std::size_t count_from(std::size_t first) {
        number = first++;
        for (Route& each : routes) first = each.count_from(first);
        return first;
    }

    // Adds the innermost routes that take it; false when this one does not.
    bool find(const Labels& labels, std::vector<const Route*>& found) const {
        for (const promql::Query& query : matchers) {
            for (const promql::Matcher& each : query.root().matchers) {
                if (!each.matches(promql::label(labels, each.label))) return false;
            }
        }
        const std::size_t before = found.size();
        for (const Route& each : routes) {
            if (each.find(labels, found) && !each.goes_on) break;
        }
        if (found.size() == before) found.push_back(this);
        return true;
    }

    Labels group_of(const Labels& labels) const {
        if (group_by == std::vector<std::string>{"..."}) return labels;
        Labels group;
        for (const auto& each : labels) {
            if (std::ranges::find(group_by, each.first) != group_by.end()) group.push_back(each);
        }
        return group;
    }
};

// What the last message about a group said, and when.
struct Told {
    std::int64_t at;
    std::set<Labels> firing;
    std::set<Labels> resolved;
};

struct Group {
    const Route* route = nullptr;
    std::map<Labels, bool> alerts;  // whether it fires
    std::int64_t next = 0;          // when it is looked at
    std::int64_t empty_since = 0;
    bool is_open = false;
    std::optional<Told> told;  // outlives the group
};

void collect(const Route& route, std::vector<std::string>& receivers) {
    if (std::ranges::find(receivers, route.receiver) == receivers.end()) {
        receivers.push_back(route.receiver);
    }
    for (const Route& each : route.routes) collect(each, receivers);
}

}  // namespace

class Notifier::Dispatcher {
public:
    explicit Dispatcher(const RouteSpec& spec) : root_(spec, nullptr) { root_.count_from(0); }

    std::int64_t next() const {
        std::int64_t first = std::numeric_limits<std::int64_t>::max();
        for (const auto& [key, group] : groups_) {
            if (group.is_open && !group.alerts.empty()) first = std::min(first, group.next);
        }
        return first;
    }
    std::vector<Message> messages() { return std::exchange(messages_, {}); }

    void take(const AlertChange& change) {
        std::vector<const Route*> routes;
        root_.find(change.labels, routes);
        for (const Route* route : routes) {
            Group& group = groups_[{route->number, route->group_of(change.labels)}];
            forget_if_empty(group, change.at_ms);
            if (!group.is_open) {
                group.is_open = true;
                group.route = route;
                group.next = change.at_ms + route->group_wait;
            }
            group.alerts[change.labels] = change.is_firing;
        }
    }

    // In order of time; of several at once, in the order of their groups.
    void look_until(std::int64_t end) {
        for (;;) {
            auto first = groups_.end();
            for (auto each = groups_.begin(); each != groups_.end(); ++each) {
                forget_if_empty(each->second, end);
                if (!each->second.is_open || each->second.next > end) continue;
                if (first == groups_.end() || each->second.next < first->second.next) first = each;
            }
            if (first == groups_.end()) return;
            look(first->first.second, first->second);
        }
    }

private:
    static void forget_if_empty(Group& group, std::int64_t now) {
        const bool has_passed = now / kForgets > group.empty_since / kForgets;
        if (group.is_open && group.alerts.empty() && has_passed) group.is_open = false;
    }

    void look(const Labels& labels, Group& group) {
        const std::int64_t now = group.next;
        group.next += group.route->group_interval;
        Told news{now, {}, {}};
        for (const auto& [alert, is_firing] : group.alerts) {
            (is_firing ? news.firing : news.resolved).insert(alert);
        }
        if (is_worth_telling(group, news)) {
            messages_.push_back(
                {now, group.route->receiver, labels, static_cast<std::uint32_t>(news.firing.size()),
                 static_cast<std::uint32_t>(news.resolved.size()), group.route->acts});
            group.told = news;
        }
        const bool had_any = !group.alerts.empty();
        std::erase_if(group.alerts, [](const auto& each) { return !each.second; });
        if (had_any && group.alerts.empty()) group.empty_since = now;
    }

    static bool is_worth_telling(const Group& group, const Told& news) {
        if (!group.told) return !news.firing.empty();
        const auto is_known = [](const std::set<Labels>& all, const std::set<Labels>& part) {
            return std::ranges::includes(all, part);
        };
        if (!is_known(group.told->firing, news.firing)) return true;
        if (news.firing.empty()) return !group.told->firing.empty();
        if (!is_known(group.told->resolved, news.resolved)) return true;
        return group.told->at < news.at - group.route->repeat_interval;
    }

    Route root_;
    std::map<std::pair<std::size_t, Labels>, Group> groups_;
    std::vector<Message> messages_;
};

Notifier::Notifier(const RouteSpec& route) : dispatcher_(std::make_unique<Dispatcher>(route)) {}
Notifier::~Notifier() = default;

std::int64_t Notifier::next() const {
    return dispatcher_->next();
}

std::vector<Message> Notifier::look_until(std::int64_t end_ms) {
    dispatcher_->look_until(end_ms);
    return dispatcher_->messages();
}

void Notifier::take(const AlertChange& change) {
    dispatcher_->take(change);
}

std::vector<std::string> receivers_of(const RouteSpec& route) {
    std::vector<std::string> receivers;
    collect(Route(route, nullptr), receivers);
    return receivers;
}

std::string why_no_matcher(const std::string& text) {
    promql::QueryError error;
    return matcher_of(text, error) ? std::string() : error.message;
}

}  // namespace models
