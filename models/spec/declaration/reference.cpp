#include "models/spec/declaration/reference.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "models/spec/json/json_text.h"
#include "models/spec/json/nearest.h"

namespace models::spec {
namespace {

constexpr std::string_view kHowToRead =
    "# Every part of a scenario, its parameters, resources and figures\n\n"
    "Generated from the declarations: `spate describe --markdown`. One part: `spate describe "
    "nodes.cache`.\n\n"
    "A parameter that is left out has its default. One whose default is \"not set\" has no value "
    "then, and its sentence says what happens. Quantities are written with their unit: durations "
    "\"250ms\", sizes \"64MiB\", rates \"100/s\", shares \"5%\", prices \"$0.10/h\". A plain "
    "number "
    "has no unit, or the one that its sentence gives.\n\n"
    "A resource is what calls wait for or run out of: *places* are held for a time (threads, "
    "connections, locks), *work* is served by it (cores, disks), a *limit* lets so many pass to "
    "spare others, a *stock* is a quantity that is there (memory, disk space). \"Larger by\" is "
    "the "
    "parameter that gives more of it.\n\n"
    "A figure can be named in `expect`, as `NODE.figure`. \"Of replications\" is how one number is "
    "made of several runs with other seeds.\n";

// A default as it would be written; a choice with nothing but its kind as the bare word.
std::string written_default(const Field& field) {
    if (field.is_required) return "required";
    if (field.initial.is_null()) return "not set";
    const Json* const kind = field.initial.find("kind");
    if (kind != nullptr && field.initial.object()->size() == 1) return compact_text(*kind);
    return compact_text(field.initial);
}

// A bar ends a cell.
std::string cell(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') result += '\\';
        result += c;
    }
    return result;
}

std::string linked(const Type& type) {
    const std::string name = cell(type.name);
    return type.definition.empty() ? name : fmt::format("[{}](#{})", name, type.definition);
}

// What it is, and below it what each word of an enumeration means.
std::string explained(const Field& field) {
    std::string result = cell(field.doc);
    for (const TypeWord& word : field.type.words) {
        if (!word.doc.empty()) result += fmt::format("<br>`{}`: {}", word.name, cell(word.doc));
    }
    return result;
}

std::string table(const std::vector<Field>& fields) {
    std::string result =
        "| parameter | type | default | limits | what it is |\n|---|---|---|---|---|\n";
    for (const Field& field : fields) {
        const std::string initial = written_default(field);
        const bool bare = field.is_required || field.initial.is_null();
        result +=
            fmt::format("| `{}` | {} | {} | {} | {} |\n", field.name, linked(field.type),
                        bare ? initial : '`' + cell(initial) + '`', field.limits, explained(field));
    }
    return result;
}

std::string table(const std::vector<sim::Figure>& figures) {
    std::string result = "| measures | unit | of replications | what it is |\n|---|---|---|---|\n";
    for (const sim::Figure& figure : figures) {
        result += fmt::format("| `{}` | {} | {} | {} |\n", figure.name, word_of(figure.unit),
                              word_of(figure.merge), cell(figure.doc));
    }
    return result;
}

// "`threads`", or a dash.
std::string parameter_of(const sim::Resource& resource) {
    return resource.parameter.empty() ? "-" : fmt::format("`{}`", resource.parameter);
}

std::string table(const std::vector<sim::Resource>& resources) {
    std::string result =
        "| resource | is | unit | larger by | what it is | what frees it |\n"
        "|---|---|---|---|---|---|\n";
    for (const sim::Resource& each : resources) {
        result +=
            fmt::format("| {} | {} | {} | {} | {} | {} |\n", each.name, word_of(each.kind),
                        word_of(each.unit), parameter_of(each), cell(each.doc), cell(each.freed));
    }
    return result;
}

std::string table(const std::vector<sim::UsageRow>& usages) {
    std::string result = "| is paid for | priced by | what it is |\n|---|---|---|\n";
    for (const sim::UsageRow& each : usages) {
        result +=
            fmt::format("| `{}` | {} | {} |\n", each.item, quoted(each.unit).name, cell(each.doc));
    }
    return result;
}

bool is_plain_struct(const Definition& definition) {
    return definition.models.size() == 1 && definition.models.front().kind == definition.name;
}

std::string section(const Definition& definition) {
    std::string result = fmt::format("## {}\n\n{}\n", definition.name, definition.doc);
    for (const Model& model : definition.models) {
        if (!is_plain_struct(definition)) {
            result += fmt::format("\n### `{}`\n\n{}\n", model.kind, model.doc);
        }
        if (!model.fields.empty()) result += '\n' + table(model.fields);
        if (!model.resources.empty()) result += '\n' + table(model.resources);
        if (!model.usages.empty()) result += '\n' + table(model.usages);
        if (!model.figures.empty()) result += '\n' + table(model.figures);
    }
    return result;
}

struct Line {
    std::string_view word;
    std::string_view doc;
};

std::string aligned(const std::vector<Line>& lines) {
    std::size_t width = 0;
    for (const Line& line : lines) width = std::max(width, line.word.size());
    std::string result;
    for (const Line& line : lines) {
        result += fmt::format("  {:<{}}  {}\n", line.word, width, line.doc);
    }
    return result;
}

std::string describe_all(const Types& types) {
    std::vector<Line> lines;
    for (const Definition& each : types.definitions()) lines.push_back({each.name, each.doc});
    return aligned(lines);
}

std::string describe_model(std::string_view title, const Model& model) {
    std::string result = fmt::format("{}: {}\n", title, model.doc);
    for (const Field& field : model.fields) {
        const std::string limits = field.limits.empty() ? "" : ", " + field.limits;
        const std::string initial = field.is_required || field.initial.is_null()
                                        ? written_default(field)
                                        : "default " + written_default(field);
        result += fmt::format("\n  {} ({}, {}{})\n      {}\n", field.name, field.type.name, initial,
                              limits, field.doc);
        for (const TypeWord& word : field.type.words) {
            if (!word.doc.empty()) result += fmt::format("        {}: {}\n", word.name, word.doc);
        }
    }
    if (!model.resources.empty()) result += "\nCalls wait there for these, or run out of them:\n";
    for (const sim::Resource& each : model.resources) {
        const std::string larger =
            each.parameter.empty() ? "" : fmt::format(", larger by {}", each.parameter);
        result += fmt::format("\n  {} ({}, {}{})\n      {} Freed by: {}\n", each.name,
                              word_of(each.kind), word_of(each.unit), larger, each.doc, each.freed);
    }
    if (!model.usages.empty()) result += "\nIt uses these, which are paid for (\"prices\"):\n";
    for (const sim::UsageRow& each : model.usages) {
        result += fmt::format("\n  {} (priced by {})\n      {}\n", each.item,
                              quoted(each.unit).name, each.doc);
    }
    if (!model.figures.empty()) result += "\nIt measures, for \"expect\" and run.json:\n";
    for (const sim::Figure& figure : model.figures) {
        result += fmt::format("\n  {} ({}, of replications: {})\n      {}\n", figure.name,
                              word_of(figure.unit), word_of(figure.merge), figure.doc);
    }
    return result;
}

std::string describe_definition(const Definition& definition) {
    if (is_plain_struct(definition)) {
        return describe_model(definition.name, definition.models.front());
    }
    std::vector<Line> lines;
    for (const Model& model : definition.models) lines.push_back({model.kind, model.doc});
    return fmt::format("{}: {}\n\n{}", definition.name, definition.doc, aligned(lines));
}

struct Path {
    std::string_view definition;
    std::string_view model;
};

Path split(std::string_view path) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    return {path.substr(0, dot), path.substr(std::min(dot + 1, path.size()))};
}

const Model* model_named(const Definition& definition, std::string_view kind) {
    const auto found = std::ranges::find(definition.models, kind, &Model::kind);
    return found == definition.models.end() ? nullptr : &*found;
}

}  // namespace

std::string reference_markdown(const Types& types) {
    std::string result(kHowToRead);
    for (const Definition& definition : types.definitions()) result += '\n' + section(definition);
    return result;
}

std::optional<std::string> describe(const Types& types, std::string_view path) {
    if (path.empty()) return describe_all(types);
    const Path parts = split(path);
    const Definition* const definition = types.find(parts.definition);
    if (definition == nullptr) return std::nullopt;
    if (parts.model.empty()) return describe_definition(*definition);
    const Model* const model = model_named(*definition, parts.model);
    return model == nullptr ? std::nullopt : std::optional(describe_model(path, *model));
}

std::string describe_hint(const Types& types, std::string_view path) {
    const Path parts = split(path);
    std::vector<std::string_view> known;
    if (const Definition* const definition = types.find(parts.definition)) {
        for (const Model& model : definition->models) known.emplace_back(model.kind);
        return did_you_mean(parts.model, known, "one of");
    }
    for (const Definition& each : types.definitions()) known.emplace_back(each.name);
    return did_you_mean(parts.definition, known, "one of");
}

}  // namespace models::spec
