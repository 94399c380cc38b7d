// What a lab plays, and what its statements came to.
#include <fmt/format.h>

#include <algorithm>

#include "reports/words/terminal.h"
#include "tools/pictures.h"
#include "tools/promtool.h"
#include "tools/proof.h"

namespace tools {

namespace {

using reports::Answer;
using Setting = std::optional<std::size_t>;  // a control's index; none: under no control

bool asks_promtool(const Proof& proof) {
    return !proof.lab.promql.empty();
}

bool lacks_promtool(const Proof& proof) {
    return asks_promtool(proof) && !has_promtool();
}

std::vector<reports::Expression> expressions_of(const Proof& proof) {
    std::vector<reports::Expression> all;
    const auto add = [&](const std::vector<Proof::Statement>& statements) {
        for (const Proof::Statement& each : statements) {
            if (each.expression) all.push_back(*each.expression);
            if (each.times) all.push_back(*each.times);
        }
    };
    add(proof.statements);
    for (const auto& claim : proof.control_claims) add(claim);
    const auto add_figures = [&](const Prose& prose) {
        all.insert(all.end(), prose.figures.begin(), prose.figures.end());
    };
    add_figures(proof.about);
    for (const Prose& each : proof.control_abouts) add_figures(each);
    return all;
}

bool is_played(const Proof& proof, Setting setting) {
    return std::ranges::any_of(proof.cases,
                               [&](const Proof::Case& each) { return each.control == setting; });
}

BySeed ask_figures(const Proof& proof, const Result& result, const reports::Expression& statement,
                   Setting setting) {
    const std::size_t seeds = proof.lab.seeds.size();
    if (!is_played(proof, setting)) return BySeed(seeds);
    BySeed asked;
    for (std::size_t seed = 0; seed < seeds; ++seed) {
        const auto of_variant = [&](const std::string& variant) -> const reports::Summary& {
            return *summary_of(proof, result.runs, setting, variant, seed);
        };
        asked.push_back({statement.ask(of_variant), statement.sides(of_variant)});
    }
    return asked;
}

// A command that ends otherwise than it should, with a message about what is wrong, has said
// nothing of the scenario.
Answer answer_of(const LabCommand& command, const Said& said, const reports::Value* times) {
    const bool is_complaint = said.exit == kWrong || said.exit == kFailed;
    if (said.exit != static_cast<int>(command.exits)) {
        return is_complaint ? Answer::undefined : Answer::fails;
    }
    if (command.says.empty() && command.matches.empty()) return Answer::holds;
    const auto lines = static_cast<double>(said.lines);
    const bool is_right = times == nullptr ? lines > 0 : lines == times->number;
    return is_right ? Answer::holds : Answer::fails;
}

BySeed ask_command(const Proof& proof, const Result& result, const Proof::Statement& statement,
                   Setting setting, CommandRuns& runs) {
    const LabCommand& command = *statement.command;
    BySeed asked;
    for (std::size_t seed = 0; seed < proof.lab.seeds.size(); ++seed) {
        Asked& one = asked.emplace_back();
        const auto said =
            runs.ask(command, statement.sources[setting ? *setting + 1 : 0], proof.lab.seeds[seed]);
        if (!said) continue;
        if (!statement.times) {
            one.answer = answer_of(command, *said, nullptr);
            continue;
        }
        const reports::Value times =
            statement.times->value([&](const std::string& variant) -> const reports::Summary& {
                return *summary_of(proof, result.runs, setting, variant, seed);
            });
        one.answer = answer_of(command, *said, &times);
        one.sides = reports::Expression::Sides{{static_cast<double>(said->lines)}, times};
    }
    return asked;
}

// What promtool says of one run: an answer for each statement in PromQL, undefined where it said
// something else altogether.
std::vector<Answer> ask_promtool(const Proof& proof, const Kept& run) {
    std::vector<Statement> statements;
    for (const Proof::Statement& each : proof.statements) {
        if (each.kind == Proof::Kind::promql) statements.push_back({each.text, each.at_s});
    }
    std::vector<Answer> answers(statements.size(), Answer::undefined);
    const auto wrong = refuted(run.metrics, statements);
    if (!wrong) return answers;
    std::size_t named = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const bool fails = std::ranges::find(*wrong, statements[i].expr) != wrong->end();
        named += fails ? 1 : 0;
        answers[i] = fails ? Answer::fails : Answer::holds;
    }
    if (!wrong->empty() && named == 0) answers.assign(answers.size(), Answer::undefined);
    return answers;
}

// Of the statements in PromQL, in their order: by seed. Such a lab has no variants.
std::vector<BySeed> ask_promql(const Proof& proof, const Result& result, Setting setting) {
    const std::size_t seeds = proof.lab.seeds.size();
    std::vector<BySeed> asked(proof.lab.promql.size());
    for (std::size_t seed = 0; seed < seeds; ++seed) {
        const std::size_t played = setting ? *setting + 1 : 0;
        const auto answers = ask_promtool(proof, result.runs[played * seeds + seed]);
        for (std::size_t i = 0; i < asked.size(); ++i) asked[i].push_back({answers[i]});
    }
    return asked;
}

// What all statements came to under a control, or under none.
std::vector<BySeed> ask_all(const Proof& proof, const Result& result, Setting setting) {
    const std::size_t seeds = proof.lab.seeds.size();
    std::vector<BySeed> promql;
    if (asks_promtool(proof)) promql = ask_promql(proof, result, setting);
    std::vector<BySeed> asked;
    CommandRuns commands;
    std::size_t in_promql = 0;
    for (const Proof::Statement& each : proof.statements) {
        if (each.expression) {
            asked.push_back(ask_figures(proof, result, *each.expression, setting));
        } else if (each.kind == Proof::Kind::promql) {
            asked.push_back(promql[in_promql++]);
        } else if (each.kind == Proof::Kind::command) {
            asked.push_back(ask_command(proof, result, each, setting, commands));
        } else {
            asked.push_back(BySeed(seeds, {each.found[setting ? *setting + 1 : 0]}));
        }
    }
    return asked;
}

void ask_statements(const Proof& proof, Result& result) {
    for (BySeed& plain : ask_all(proof, result, {})) {
        result.statements.push_back({std::move(plain), {}});
    }
    for (std::size_t control = 0; control < proof.lab.controls.size(); ++control) {
        std::vector<BySeed> asked = ask_all(proof, result, control);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            result.statements[i].under.push_back(std::move(asked[i]));
        }
        std::vector<StatementResult>& claim = result.control_claims.emplace_back();
        for (const Proof::Statement& each : proof.control_claims[control]) {
            claim.push_back({ask_figures(proof, result, *each.expression, {}),
                             {ask_figures(proof, result, *each.expression, control)}});
        }
    }
}

// What is said of the lab and of its controls, with what was measured.
void fill_prose(const Proof& proof, Result& result) {
    const auto fill = [&](const Prose& prose, Setting setting) {
        return filled(prose, proof.lab.seeds.size(),
                      [&](const std::string& variant, std::size_t seed) {
                          return summary_of(proof, result.runs, setting, variant, seed);
                      });
    };
    result.about = fill(proof.about, {});
    for (std::size_t i = 0; i < proof.control_abouts.size(); ++i) {
        result.control_abouts.push_back(fill(proof.control_abouts[i], i));
    }
}

// "fails with seed 2 (0.31 against 0.3)", empty when the answer is the same with every seed.
std::string otherwise(const Proof& proof, const BySeed& asked, Answer expected) {
    std::string seeds;
    std::string sides;
    std::size_t others = 0;
    bool is_undefined = false;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (asked[i].answer == expected) continue;
        is_undefined = is_undefined || asked[i].answer == Answer::undefined;
        seeds += fmt::format("{}{}", others++ == 0 ? "" : ", ", proof.lab.seeds[i]);
        if (asked[i].sides && sides.empty()) {
            sides = fmt::format(" ({} against {})", text_of(asked[i].sides->left),
                                text_of(asked[i].sides->right));
        }
    }
    if (others == 0) return {};
    std::string said = expected == Answer::holds ? "fails" : "holds";
    if (is_undefined) said = "is about something that did not happen";
    if (others < asked.size()) said += " with seed " + seeds;
    return said + sides;
}

class Verdict {
public:
    Verdict(const Proof& proof, Result& result) : proof_(proof), result_(result) {}

    void reach() {
        for (std::size_t i = 0; i < proof_.statements.size(); ++i) {
            complain("", proof_.statements[i].name, result_.statements[i].plain, Answer::holds);
        }
        for (std::size_t i = 0; i < proof_.lab.controls.size(); ++i) judge_control(i);
        for (const std::string& name : unbroken(proof_)) {
            result_.why.push_back(fmt::format("nothing breaks {}", name));
        }
    }

private:
    void complain(const std::string& where, const std::string& name, const BySeed& asked,
                  Answer expected) {
        if (const std::string said = otherwise(proof_, asked, expected); !said.empty()) {
            result_.why.push_back(where + name + " " + said);
        }
    }

    void judge_control(std::size_t control) {
        const auto& [name, written] = proof_.lab.controls.entries[control];
        const std::string under = fmt::format("under {}, ", name);
        for (std::size_t i = 0; i < proof_.statements.size(); ++i) {
            const std::string& statement = proof_.statements[i].name;
            if (std::ranges::find(written.breaks, statement) == written.breaks.end()) continue;
            complain(under, statement, result_.statements[i].under[control], Answer::fails);
        }
        const std::vector<Proof::Statement>& claim = proof_.control_claims[control];
        const std::vector<StatementResult>& came = result_.control_claims[control];
        for (std::size_t i = 0; i < claim.size(); ++i) {
            complain(under, claim[i].name, came[i].under.front(), Answer::holds);
        }
        const bool is_different =
            std::ranges::any_of(came, [](const StatementResult& each) { return !each.held(); });
        if (!came.empty() && !is_different) {
            result_.why.push_back(fmt::format("all that {} claims holds without it, too", name));
        }
    }

    const Proof& proof_;
    Result& result_;
};

}  // namespace

bool all_are(const BySeed& asked, Answer answer) {
    return std::ranges::all_of(asked, [&](const Asked& each) { return each.answer == answer; });
}

bool Result::held() const {
    return !statements.empty() &&
           std::ranges::all_of(statements, [](const StatementResult& each) { return each.held(); });
}

const reports::Summary* summary_of(const Proof& proof, const std::vector<Kept>& runs,
                                   Setting control, const std::string& variant, std::size_t seed) {
    const auto found = std::ranges::find_if(proof.cases, [&](const Proof::Case& each) {
        return each.control == control && each.variant == variant;
    });
    if (found == proof.cases.end() || runs.empty()) return nullptr;
    const auto index = static_cast<std::size_t>(found - proof.cases.begin());
    return &runs[index * proof.lab.seeds.size() + seed].summary;
}

std::vector<std::string> unbroken(const Proof& proof) {
    std::vector<std::string> names;
    for (const Proof::Statement& each : proof.statements) {
        const bool has_breaker = std::ranges::any_of(proof.lab.controls, [&](const auto& control) {
            const std::vector<std::string>& breaks = control.second.breaks;
            return std::ranges::find(breaks, each.name) != breaks.end();
        });
        if (!has_breaker && !each.is_premise) names.push_back(each.name);
    }
    return names;
}

std::vector<std::string> broken_by(const Proof& proof, const Result& result, std::size_t control) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < result.statements.size(); ++i) {
        if (result.statements[i].is_broken_by(control)) names.push_back(proof.statements[i].name);
    }
    return names;
}

std::vector<std::string> breakers_of(const Proof& proof, const Result& result,
                                     std::size_t statement) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < proof.lab.controls.size(); ++i) {
        if (result.statements[statement].is_broken_by(i)) {
            names.push_back(proof.lab.controls.entries[i].first);
        }
    }
    return names;
}

// A lab all of whose statements are about checks or a refusal plays nothing.
std::vector<Run> runs_of(const Proof& proof) {
    std::vector<Run> runs;
    const bool asks_runs = asks_promtool(proof) || !expressions_of(proof).empty();
    if (!asks_runs || lacks_promtool(proof)) return runs;
    for (const Proof::Case& each : proof.cases) {
        for (const std::uint64_t seed : proof.lab.seeds) {
            runs.push_back({&each.scenario, {seed, 0}});
        }
    }
    return runs;
}

Kept kept_of(const Proof& proof, std::size_t run, const sim::Recording& recording, bool with_page) {
    const std::size_t seeds = proof.lab.seeds.size();
    Kept kept;
    kept.summary = reports::summarise({&recording, 1}, reports::windows_of(expressions_of(proof)));
    if (with_page) {
        kept.sample = reports::sample_of(recording, {reports::usual_figures(), {}, {}});
    }
    if (with_page && run % seeds == 0) {
        kept.drawn = reports::drawn_of(recording, kept.summary,
                                       drawn_links(proof.cases[run / seeds].scenario));
    }
    if (asks_promtool(proof)) kept.metrics = reports::metrics_of(recording, {proof.lab.title, 0});
    return kept;
}

Result judged(const Proof& proof, std::vector<Kept> runs) {
    Result result;
    result.runs = std::move(runs);
    if (lacks_promtool(proof)) {
        result.why.emplace_back("promtool is not there: apt-get install prometheus");
        return result;
    }
    if (std::ranges::any_of(result.runs, [](const Kept& run) { return run.summary.out_of_room; })) {
        result.why.emplace_back(
            "a run was stopped: more requests were in flight than there is room for");
        return result;
    }
    ask_statements(proof, result);
    fill_prose(proof, result);
    Verdict(proof, result).reach();
    return result;
}

}  // namespace tools
