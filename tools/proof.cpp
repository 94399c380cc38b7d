#include "tools/proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace spec = models::spec;

using reports::Answer;

Answer answer_of(bool holds) {
    return holds ? Answer::holds : Answer::fails;
}

// Under no control, then under each.
std::vector<const LabControl*> settings_in(const Lab& lab) {
    std::vector<const LabControl*> controls = {nullptr};
    for (const auto& each : lab.controls) controls.push_back(&each.second);
    return controls;
}

std::string name_of(const LabFile& file, std::size_t setting, const std::string& variant) {
    std::string name = reports::printable(file.path.string());
    if (setting > 0) name += ", control " + file.lab.controls.entries[setting - 1].first;
    if (!variant.empty()) name += fmt::format(" [{}]", reports::printable(variant));
    return name;
}

// Loads every variant, under no control and under each. A scenario that is to be refused is loaded
// under the controls only.
bool load_cases(const LabFile& file, Proof& proof, std::string& problems) {
    bool right = true;
    const std::vector<const LabControl*> settings = settings_in(file.lab);
    for (std::size_t i = file.lab.refused ? 1 : 0; i < settings.size(); ++i) {
        for (const std::string& variant : variants_of(file.lab).values) {
            models::Loaded loaded = models::load(source_of(file, variant, settings[i]));
            std::string wrong =
                loaded.scenario ? why_too_large(*loaded.scenario) + "\n" : loaded.problems.render();
            if (loaded.scenario && wrong == "\n") {
                const auto control = i == 0 ? std::nullopt : std::optional(i - 1);
                proof.cases.push_back({control, variant, std::move(*loaded.scenario)});
                continue;
            }
            // What is refused under the control, too, is for `spate lab` to tell.
            if (loaded.scenario || !file.lab.refused) {
                right = false;
                problems += fmt::format("{}:\n{}", name_of(file, i, variant), wrong);
            }
        }
    }
    return right;
}

// Whether what must be refused is, with each variant; under a control none must be.
Proof::Statement refusal(const LabFile& file) {
    Proof::Statement statement;
    statement.name = Lab::kRefused;
    statement.kind = Proof::Kind::refused;
    statement.text = file.lab.refused->says;
    statement.because = file.lab.refused->because;
    for (const LabControl* control : settings_in(file.lab)) {
        std::size_t refused = 0;
        std::size_t accepted = 0;
        const std::vector<std::string> variants = variants_of(file.lab).values;
        for (const std::string& variant : variants) {
            const models::Loaded loaded = models::load(source_of(file, variant, control));
            const bool says = loaded.problems.render().find(statement.text) != std::string::npos;
            accepted += loaded.scenario ? 1 : 0;
            refused += !loaded.scenario && says ? 1 : 0;
        }
        Answer answer = Answer::undefined;  // refused for another reason
        if (refused == variants.size()) answer = Answer::holds;
        if (accepted == variants.size()) answer = Answer::fails;
        statement.found.push_back(answer);
    }
    return statement;
}

// Every problem and warning of a scenario.
std::string said_of(const models::Loaded& loaded) {
    std::string said = loaded.problems.render();
    for (const std::string& warning : loaded.warnings) said += warning + "\n";
    return said;
}

Proof::Statement finding(const LabFile& file, const std::string& name, const LabCheck& check) {
    Proof::Statement statement;
    statement.name = name;
    statement.kind = Proof::Kind::check;
    statement.text = check.says;
    statement.because = check.because;
    for (const LabControl* control : settings_in(file.lab)) {
        const std::string said = said_of(models::load(source_of(file, check, control)));
        statement.found.push_back(answer_of(said.find(check.says) != std::string::npos));
    }
    return statement;
}

// The place in the file of an offset in a text, when the text stands there as it is.
spec::SourceLocation place_in(const LabFile& file, std::string_view pointer, std::string_view text,
                              std::size_t offset) {
    spec::SourceLocation place = spec::nearest_place(file.document, pointer);
    if (place.source == spec::SourceLocation::kNowhere) return place;
    const std::string_view source = file.problems.source(place.source).text;
    if (source.substr(std::min<std::size_t>(place.offset + 1, source.size())).starts_with(text)) {
        place.offset += static_cast<std::uint32_t>(offset + 1);
        place.column += static_cast<std::uint32_t>(reports::width_of(text.substr(0, offset)) + 1);
    }
    return place;
}

void add_problem(LabFile& file, const std::string& pointer, std::string_view text,
                 const reports::ExpressionError& error) {
    const std::vector<std::string_view> known(error.known.begin(), error.known.end());
    file.problems.add({place_in(file, pointer, text, error.offset), pointer, error.message,
                       error.unknown.empty()
                           ? error.hint
                           : spec::did_you_mean(error.unknown, known, "there are:")});
}

Prose parsed(LabFile& file, const reports::Vocabulary& words, const std::string& text,
             const std::string& pointer) {
    reports::ExpressionError error;
    auto prose = parse_prose(text, words, error);
    if (prose) return std::move(*prose);
    add_problem(file, pointer, text, error);
    return {{text}, {}};
}

// The statements of a claim, with all that is wrong with them told.
std::vector<Proof::Statement> parsed(LabFile& file, const reports::Vocabulary& words,
                                     const spec::Named<LabStatement>& claim,
                                     const std::string& pointer) {
    std::vector<Proof::Statement> statements;
    for (const auto& [name, each] : claim) {
        const std::string at = spec::pointer_to(pointer, name) + "/expect";
        reports::ExpressionError error;
        auto expression = reports::Expression::parse(each.expect, words, error);
        if (!expression) {
            add_problem(file, at, each.expect, error);
        } else if (expression->is_joined()) {
            file.problems.add({place_in(file, at, each.expect, 0), at,
                               "this is more than one statement",
                               "give each side of \"and\" a name of its own"});
        }
        Proof::Statement statement;
        statement.name = name;
        statement.text = each.expect;
        statement.because = each.because;
        statement.is_premise = each.premise;
        statement.expression = std::move(expression);
        statements.push_back(std::move(statement));
    }
    return statements;
}

// "spate explain says ..."
std::string text_of(const LabCommand& command) {
    std::string text = "spate " + command.run;
    if (!command.variant.empty()) text += fmt::format(" [{}]", command.variant);
    if (!command.file.empty()) text += ": " + command.file;
    if (!command.says.empty()) text += fmt::format(" says {}", spec::in_quotes(command.says));
    if (!command.matches.empty()) text += fmt::format(" matches /{}/", command.matches);
    if (!command.times.empty()) text += fmt::format(" in {} lines", command.times);
    if (command.exits != 0) text += fmt::format(" exits {}", command.exits);
    return text;
}

Proof::Statement command_statement(LabFile& file, const reports::Vocabulary& words,
                                   const std::string& name, const LabCommand& command) {
    Proof::Statement statement;
    statement.name = name;
    statement.kind = Proof::Kind::command;
    statement.text = text_of(command);
    statement.because = command.because;
    statement.command = command;
    for (const LabControl* control : settings_in(file.lab)) {
        statement.sources.push_back(source_of(file, command.variant, control));
    }
    if (command.times.empty()) return statement;
    const std::string at = spec::pointer_to("/commands", name) + "/times";
    reports::ExpressionError error;
    statement.times = reports::Expression::parse_quantity(command.times, words, error);
    if (statement.times) return statement;
    file.problems.add(
        {place_in(file, at, command.times, error.offset), at, error.message, error.hint});
    return statement;
}

void parse_claims(LabFile& file, Proof& proof) {
    const Lab& lab = file.lab;
    for (const Proof::Case& each : proof.cases) merge(proof.words, words_of(each.scenario));
    const LabVariants variants = variants_of(lab);
    if (!variants.is_one()) proof.words.variants = variants.values;
    proof.statements = parsed(file, proof.words, lab.claim, "/claim");
    proof.about = parsed(file, proof.words, lab.about, "/about");
    for (const auto& [name, control] : lab.controls) {
        const std::string pointer = spec::pointer_to("/controls", name);
        proof.control_claims.push_back(
            parsed(file, proof.words, control.claim, pointer + "/claim"));
        proof.control_abouts.push_back(
            parsed(file, proof.words, control.about, pointer + "/about"));
    }
    for (const auto& [name, check] : lab.checks) {
        proof.statements.push_back(finding(file, name, check));
    }
    for (const auto& [name, each] : lab.promql) {
        Proof::Statement statement;
        statement.name = name;
        statement.kind = Proof::Kind::promql;
        statement.text = each.expr;
        statement.because = each.because;
        statement.is_premise = each.premise;
        statement.at_s = sim::seconds(each.at);
        proof.statements.push_back(std::move(statement));
    }
    for (const auto& [name, each] : lab.commands) {
        proof.statements.push_back(command_statement(file, proof.words, name, each));
    }
    if (lab.refused) proof.statements.push_back(refusal(file));
}

}  // namespace

std::optional<Proof> prepare(LabFile& file, std::string& problems) {
    Proof proof;
    proof.file = file.path.string();
    proof.lab = file.lab;
    if (file.problems.empty() && load_cases(file, proof, problems)) {
        parse_claims(file, proof);
        if (file.problems.empty()) return proof;
    }
    problems += file.problems.render();
    return std::nullopt;
}

}  // namespace tools
