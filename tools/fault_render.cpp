#include "tools/fault_render.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>

#include "models/spec/json/json_text.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr double kTaken = 0.01;
constexpr double kSlower = 2;  // a p99 of less is no harm by itself
constexpr std::size_t kColumns = 100;

double p99_s(const reports::Harm& harm) {
    const sim::RankedLatency p99 = harm.latency.percentile(99);
    return p99.failed ? std::numeric_limits<double>::infinity() : sim::seconds(p99.time);
}

double lost_data(const PlayedFault& fault) {
    double most = 0;
    for (const auto& [name, value] : fault.data) most = std::max(most, value);
    return most;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::string count_text(double value) {
    return std::fabs(value) < 10 && value != std::floor(value)
               ? fmt::format("{:.1f}", value)
               : reports::grouped(std::round(value));
}

// What does not fit goes on in the next line, below the first word.
std::string wrapped(const std::string& label, const std::vector<std::string>& items) {
    constexpr std::size_t kIndent = 38;
    std::string text;
    std::string line = std::string(kIndent, ' ') + label;
    bool is_first = true;
    for (const std::string& item : items) {
        const std::string word = (is_first ? " " : ", ") + reports::printable(item);
        if (reports::width_of(line + word) >= kColumns && !is_first) {
            text += line + ",\n";
            line = std::string(kIndent + 4, ' ') + reports::printable(item);
        } else {
            line += word;
        }
        is_first = false;
    }
    return text + reports::fitted(line, std::min(kColumns, reports::width_of(line))) + "\n";
}

std::string fault_row(std::size_t number, const PlayedFault& fault, bool is_pair) {
    std::string text = fmt::format(
        " {:>3} {:>9} {:>10} {:>10}  ", number, count_text(fault.lost),
        is_pair ? count_text(fault.beyond) : reports::brief(fault.harm.longest_outage_s),
        reports::brief(fault.harm.latency.percentile(99)));
    const std::string name = reports::printable(joined(fault.names, " + "));
    // "crash web" is a crash: only what a name does not say is told.
    const bool says_class =
        is_pair || !fault.names.front().starts_with(fault.classes.front() + " ");
    const std::string of_class = says_class ? ", " + joined(fault.classes, " and ") : "";
    const std::size_t room = 62 - of_class.size();
    text += reports::fitted(name, std::min(reports::width_of(name), room)) + of_class + "\n";
    if (!fault.takes.empty()) text += wrapped("takes", fault.takes);
    std::vector<std::string> data;
    for (const auto& [figure, value] : fault.data) {
        data.push_back(fmt::format("{} {}", figure, count_text(value)));
    }
    if (!data.empty()) text += wrapped("loses", data);
    if (!fault.breaks.empty()) text += wrapped("breaks", fault.breaks);
    if (fault.out_of_room) text += wrapped("stopped:", {"more requests in flight than have room"});
    return text;
}

std::string faults_table(const std::vector<PlayedFault>& faults, std::uint32_t most, bool is_pair) {
    std::string text =
        fmt::format("\n {:>3} {:>9} {:>10} {:>10}  {}\n", "", "lost", is_pair ? "beyond" : "outage",
                    "p99", is_pair ? "both of" : "failure");
    std::size_t harmless = 0;
    std::size_t shown = 0;
    std::size_t harmful = 0;
    for (const PlayedFault& each : faults) {
        if (each.is_harmless) {
            ++harmless;
            continue;
        }
        ++harmful;
        if (most == 0 || shown < most) text += fault_row(++shown, each, is_pair);
    }
    if (harmful > shown) {
        text += fmt::format("\n  and {} more that do harm: --most 0 lists them\n", harmful - shown);
    }
    if (harmless > 0) {
        text += fmt::format(
            "\n  {} of {} do no harm: nothing lost, no outage, a p99 below {} times "
            "the undisturbed\n",
            harmless, faults.size(), kSlower);
    }
    return text;
}

spec::Json text_list(const std::vector<std::string>& all) {
    spec::Json::List list;
    for (const std::string& each : all) list.emplace_back(each);
    return list;
}

spec::Json data_json(const std::vector<std::pair<std::string, double>>& data) {
    spec::Json json{spec::Json::Object{}};
    for (const auto& [name, value] : data) json.put(name, value);
    return json;
}

void put_harm(spec::Json& json, const reports::Harm& harm) {
    json.put("offered", harm.offered);
    json.put("unanswered", harm.unanswered);
    json.put("longest_outage_s", harm.longest_outage_s);
    const sim::RankedLatency p99 = harm.latency.percentile(99);
    json.put("p99_ms", p99.failed || harm.latency.empty()
                           ? spec::Json()
                           : spec::Json(sim::seconds(p99.time) * 1e3));
    spec::Json routes{spec::Json::Object{}};
    for (const reports::Harm::Route& each : harm.routes) routes.put(each.client, each.share());
    json.put("answered", std::move(routes));
}

spec::Json fault_json(const PlayedFault& fault, bool is_pair) {
    spec::Json json;
    json.put("names", text_list(fault.names));
    json.put("classes", text_list(fault.classes));
    json.put("failures", fault.written);
    json.put("lost", fault.lost);
    if (is_pair) json.put("beyond", fault.beyond);
    put_harm(json, fault.harm);
    json.put("takes", text_list(fault.takes));
    json.put("data_lost", data_json(fault.data));
    json.put("breaks", text_list(fault.breaks));
    json.put("harmless", fault.is_harmless);
    json.put("out_of_room", fault.out_of_room);
    return json;
}

}  // namespace

void judge_harm(PlayedFault& fault, const reports::Harm& undisturbed) {
    const reports::Harm& harm = fault.harm;
    fault.lost = harm.unanswered - undisturbed.unanswered;
    for (std::size_t i = 0; i < harm.routes.size(); ++i) {
        if (harm.routes[i].share() < undisturbed.routes[i].share() - kTaken) {
            fault.takes.push_back(harm.routes[i].client);
        }
    }
    for (std::size_t i = 0; i < harm.data.size(); ++i) {
        const double more = harm.data[i].second - undisturbed.data[i].second;
        if (more > 0) fault.data.emplace_back(harm.data[i].first, more);
    }
    const bool is_slower =
        p99_s(harm) >= kSlower * p99_s(undisturbed) && !std::isinf(p99_s(undisturbed));
    fault.is_harmless = !fault.out_of_room && fault.lost <= 0 && fault.takes.empty() &&
                        fault.data.empty() && fault.breaks.empty() && !is_slower &&
                        harm.longest_outage_s <= undisturbed.longest_outage_s;
}

void rank(std::vector<PlayedFault>& faults, const std::string& by) {
    const auto harm_of = [&](const PlayedFault& fault) {
        const std::array<double, 4> all = {fault.lost, fault.harm.longest_outage_s,
                                           p99_s(fault.harm), lost_data(fault)};
        const double first = by == "outage"   ? all[1]
                             : by == "p99"    ? all[2]
                             : by == "data"   ? all[3]
                             : by == "beyond" ? fault.beyond
                                              : all[0];
        return std::tuple(first, all);
    };
    std::ranges::stable_sort(faults, [&](const PlayedFault& one, const PlayedFault& other) {
        return harm_of(one) > harm_of(other);
    });
}

std::string faults_text(const PlayedFaults& played, std::uint32_t most) {
    const reports::Harm& calm = played.undisturbed;
    std::string text = fmt::format(
        "{}\n{} failures, each by itself{}, from {} for {}, seed {}{}\n"
        "undisturbed: {} of {} requests not answered, p99 {}, longest outage {}\n",
        reports::printable(played.scenario), played.singles.size(),
        played.pairs.empty() ? "" : fmt::format(", and {} pairs", played.pairs.size()), played.at,
        played.lasts, played.seed,
        played.seeds > 1 ? fmt::format(", mean of {} seeds", played.seeds) : "",
        count_text(calm.unanswered), count_text(calm.offered),
        reports::brief(calm.latency.percentile(99)), reports::brief(calm.longest_outage_s));
    text += faults_table(played.singles, most, false);
    if (!played.pairs.empty()) text += faults_table(played.pairs, most, true);
    return text;
}

std::string faults_json(const PlayedFaults& played) {
    const auto list = [](const std::vector<PlayedFault>& faults, bool are_pairs) {
        spec::Json::List all;
        for (const PlayedFault& each : faults) all.push_back(fault_json(each, are_pairs));
        return all;
    };
    spec::Json json;
    json.put("schema", "spate.faults/1");
    json.put("scenario", played.scenario);
    json.put("seed", played.seed);
    json.put("seeds", played.seeds);
    json.put("at", played.at);
    json.put("lasts", played.lasts);
    spec::Json calm;
    put_harm(calm, played.undisturbed);
    json.put("undisturbed", std::move(calm));
    json.put("faults", list(played.singles, false));
    json.put("pairs", list(played.pairs, true));
    return spec::indented_text(json) + "\n";
}

}  // namespace tools
