#include "reports/render/postmortem.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/words/terminal.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kBlank = "_(to be written)_";

// Nothing in a name is Markdown.
std::string plain(const std::string& name) {
    std::string text;
    for (const char each : printable(name)) {
        if (each == '|' || each == '<' || each == '*' || each == '_' || each == '`' ||
            each == '[' || each == '\\') {
            text += '\\';
        }
        text += each;
    }
    return text;
}

const Json& at(const Json& json, const char* name) {
    static const Json none;
    return json.is_object() && json.contains(name) ? json[name] : none;
}

std::string text_at(const Json& json, const char* name) {
    const Json& found = at(json, name);
    return found.is_string() ? found.get<std::string>() : "";
}

// As run.json writes it, to twelve digits: what is no more than a float's last digit is left out.
std::string number_at(const Json& json, const char* name, const char* unit = "") {
    const Json& found = at(json, name);
    if (!found.is_number()) return "-";
    return fmt::format("{:.12g}{}", found.get<double>(), unit);
}

std::string share_at(const Json& json, const char* name) {
    const Json& found = at(json, name);
    return found.is_number() ? fmt::format("{:.6g} %", found.get<double>() * 100) : "-";
}

std::string section(const char* title, const std::string& text) {
    return fmt::format("\n## {}\n\n{}", title, text.empty() ? std::string(kBlank) + "\n" : text);
}

std::string hypothesis(const Json& run) {
    std::string text;
    for (const auto& [name, state] : at(run, "game_day").items()) {
        if (text.empty() && !text_at(state, "hypothesis").empty()) {
            text = plain(text_at(state, "hypothesis")) + "\n\n";
        }
        const Json& held = at(state, "held");
        text += fmt::format("- {}: **{}**; it held {} of the time before, {} during and {} after\n",
                            plain(name), held.is_number() && held == 1.0 ? "held" : "refuted",
                            share_at(state, "before"), share_at(state, "during"),
                            share_at(state, "after"));
    }
    return text;
}

std::string impact(const Json& run) {
    const Json& totals = at(run, "totals");
    std::string text =
        fmt::format("Of {} requests {} succeeded in the whole run: an availability of {}.\n",
                    number_at(totals, "offered"), number_at(totals, "succeeded"),
                    share_at(totals, "availability"));
    std::string rows;
    for (const auto& [name, hurt] : at(run, "blast_radius").items()) {
        const Json& failed = at(hurt, "failed");
        if (!failed.is_number() || !(failed.get<double>() > 0)) continue;
        rows += fmt::format("| {} | {} | {} | {} | {} |\n", plain(name), text_at(hurt, "of"),
                            number_at(hurt, "ended"), number_at(hurt, "failed"),
                            share_at(hurt, "share"));
    }
    if (!rows.empty()) {
        text +=
            "\nFrom when it began until users were answered again:\n\n"
            "| who | is | requests ended | failed | share |\n|---|---|---:|---:|---:|\n" +
            rows;
    }
    std::string causes;
    for (const auto& [name, count] : at(run, "causes").items()) {
        causes += fmt::format("{}{} \"{}\"", causes.empty() ? "" : ", ", count.dump(), plain(name));
    }
    if (!causes.empty()) text += "\nUsers saw: " + causes + ".\n";
    return text;
}

std::string budgets(const Json& run) {
    std::string rows;
    for (const auto& [name, objective] : at(run, "objectives").items()) {
        rows += fmt::format("| {} | {} | {} | {} |\n", plain(name), share_at(objective, "target"),
                            share_at(objective, "sli"), share_at(objective, "budget_used"));
    }
    if (rows.empty()) return "No objective is promised.\n";
    return "| objective | target | kept | budget spent |\n|---|---:|---:|---:|\n" + rows;
}

std::string detection(const Json& run) {
    const Json& times = at(at(run, "recovery"), "incidents");
    if (times.is_null()) return "";
    const auto row = [&](const char* what, const char* name) {
        return fmt::format("| {} | {} |\n", what, number_at(times, name, " s"));
    };
    return fmt::format(
               "Incidents: {}; that hurt users: {}; not over when the run was: {}."
               "\n\n| mean | time |\n|---|---:|\n",
               number_at(times, "count"), number_at(times, "hurting"),
               number_at(times, "unrecovered")) +
           row("to detect (MTTD): from the beginning to the first alert", "mttd_s") +
           row("to acknowledge (MTTA): from the alert", "mtta_s") +
           row("to diagnose: from the acknowledgement", "diagnosis_s") +
           row("to fix: from the diagnosis", "fix_s") +
           row("to verify: from the fix", "verification_s") +
           row("to recover (MTTR): from the beginning until users are answered", "mttr_s");
}

std::string timeline(const Json& run) {
    constexpr std::size_t kMost = 200;
    std::string text = "| time | what |\n|---:|---|\n";
    std::size_t shown = 0;
    for (const Json& each : at(run, "incidents")) {
        if (++shown > kMost) break;
        const std::string detail = text_at(each, "detail");
        text += fmt::format("| {} | {} {}{} |\n", number_at(each, "at_s", " s"),
                            plain(text_at(each, "node")), plain(text_at(each, "what")),
                            detail.empty() ? "" : ": " + plain(detail));
    }
    const std::size_t all = at(run, "incidents").size();
    if (all > kMost) text += fmt::format("\nand {} more: events.csv has them\n", all - kMost);
    return all == 0 ? "Nothing happened.\n" : text;
}

std::string contributing(const Json& run) {
    std::string text;
    for (const Json& each : at(at(run, "diagnosis"), "sentences")) {
        if (each.is_string()) text += "- " + plain(each.get<std::string>()) + "\n";
    }
    return text + fmt::format("- what made it possible: {}\n", kBlank);
}

std::string verdict(const Json& run) {
    std::string text;
    for (const Json& each : at(run, "expect")) {
        const bool held = at(each, "held").is_boolean() && at(each, "held").get<bool>();
        text +=
            fmt::format("- {}: {}\n", held ? "held" : "**crossed**", plain(text_at(each, "expr")));
    }
    return text.empty() ? "Nothing was expected.\n" : text;
}

}  // namespace

std::string postmortem_markdown(std::string_view run_json) {
    const Json run = Json::parse(run_json, nullptr, false);
    if (run.is_discarded() || text_at(run, "schema") != "spate.run/1") {
        throw std::runtime_error("no run.json of a run");
    }
    const Json& scenario = at(run, "scenario");
    const std::string name = text_at(scenario, "name");
    const std::string about = text_at(at(scenario, "resolved"), "about");
    return fmt::format("# Post-mortem: {}\n\nDraft, from the run with seed {} (fingerprint {}).\n",
                       plain(name.empty() ? text_at(scenario, "file") : name), run["seed"].dump(),
                       text_at(run, "fingerprint")) +
           section("Goal", about.empty() ? "" : plain(about) + "\n") +
           section("Hypothesis", hypothesis(run)) + section("Impact", impact(run)) +
           section("Error budget", budgets(run)) +
           section("Detection and response", detection(run)) + section("Timeline", timeline(run)) +
           section("Contributing causes", contributing(run)) + section("Result", verdict(run)) +
           section("What went well", "") + section("What went badly", "") +
           section("Where we were lucky", "") +
           section("Actions",
                   fmt::format("| action | prevents, detects or mitigates | owner | due |\n"
                               "|---|---|---|---|\n| {0} | {0} | {0} | {0} |\n",
                               kBlank));
}

std::string postmortem_document(std::string_view run_json) {
    const Json run = Json::parse(run_json, nullptr, false);
    const bool has_recovery = !at(run, "recovery").empty();
    return has_recovery ? Json(postmortem_markdown(run_json)).dump() : "";
}

}  // namespace reports
