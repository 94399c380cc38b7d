#include "tools/import/yaml_documents.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "models/spec/json/document.h"
#include "models/spec/json/printable.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;

// Ends the parser: there is nothing more to learn from the text.
struct YamlRefusal {
    spec::SourceLocation place;
    std::string message;
    std::string hint;
};

// A value, and how many there are within it.
struct Grown {
    spec::Json json;
    std::size_t values = 1;
};

// A map or a list that is not yet over.
struct Open {
    Grown grown;
    YAML::anchor_t anchor = 0;
    bool is_map = false;
    std::optional<std::string> key{};
    spec::SourceLocation key_place{};
    bool key_merges = false;
    std::set<std::string> names{};
    std::vector<spec::Json> merged{};  // what << brings, the first first
};

class TreeOfEvents : public YAML::EventHandler {
public:
    TreeOfEvents(std::uint32_t source, std::size_t size) : source_(source), size_(size) {}

    std::optional<spec::Json> take() { return std::exchange(root_, std::nullopt); }

    void OnDocumentStart(const YAML::Mark&) override { anchors_.clear(); }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add({placed({}, mark)}, anchor, mark, false);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            throw YamlRefusal{place_of(mark), "this alias stands within what it is an alias of",
                              "remove it"};
        }
        count(found->second.values, mark);
        add(found->second, 0, mark, false);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const bool is_plain = tag == "?";
        const bool is_null = is_plain && (value.empty() || value == "~" || value == "null");
        add({placed(is_null ? spec::Json() : spec::Json(value), mark)}, anchor, mark, is_plain);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open({{placed(spec::Json::List(), mark)}, anchor, false}, mark);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open({{placed(spec::Json::Object(), mark)}, anchor, true}, mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override {
        merge(open_.back());
        close();
    }

    // yaml-cpp counts from 0; the end of the text may lie beyond it.
    spec::SourceLocation place_of(const YAML::Mark& mark) const {
        const auto whole = [](int number) {
            return static_cast<std::uint32_t>(std::max(number, 0));
        };
        const std::size_t offset = std::min<std::size_t>(whole(mark.pos), size_);
        return {source_, whole(mark.line) + 1, whole(mark.column) + 1,
                static_cast<std::uint32_t>(offset)};
    }

private:
    spec::Json placed(spec::Json json, const YAML::Mark& mark) const {
        json.place = place_of(mark);
        return json;
    }

    void count(std::size_t values, const YAML::Mark& mark) {
        values_ += values;
        if (values_ <= kMostYamlValues) return;
        throw YamlRefusal{place_of(mark), "there are more than 400,000 values",
                          "aliases count as what they stand for"};
    }

    void open(Open next, const YAML::Mark& mark) {
        count(1, mark);
        if (open_.size() >= spec::kDeepestNesting) {
            throw YamlRefusal{place_of(mark), "this is nested more than 128 deep", ""};
        }
        open_.push_back(std::move(next));
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        const spec::SourceLocation place = done.grown.json.place;
        add_at(std::move(done.grown), done.anchor, place, false);
    }

    void add(Grown value, YAML::anchor_t anchor, const YAML::Mark& mark, bool is_plain) {
        count(1, mark);
        add_at(std::move(value), anchor, place_of(mark), is_plain);
    }

    void add_at(Grown value, YAML::anchor_t anchor, const spec::SourceLocation& place,
                bool is_plain) {
        if (anchor != 0) {
            values_ += value.values;
            anchors_[anchor] = value;
        }
        if (open_.empty()) {
            root_ = std::move(value.json);
            return;
        }
        Open& parent = open_.back();
        parent.grown.values += value.values;
        if (!parent.is_map) {
            parent.grown.json.list()->push_back(std::move(value.json));
        } else if (!parent.key) {
            take_key(parent, value.json, place, is_plain);
        } else {
            take_value(parent, std::move(value.json));
        }
    }

    static void take_key(Open& map, const spec::Json& key, const spec::SourceLocation& place,
                         bool is_plain) {
        if (key.text() == nullptr) {
            throw YamlRefusal{place, "a name must be a text", ""};
        }
        map.key = *key.text();
        map.key_place = place;
        map.key_merges = is_plain && *map.key == "<<";
        if (map.key_merges || map.names.insert(*map.key).second) return;
        throw YamlRefusal{place, spec::in_quotes(*map.key) + " is there twice",
                          "keep one of the two"};
    }

    static void take_value(Open& map, spec::Json value) {
        const std::string key = *std::exchange(map.key, std::nullopt);
        if (!map.key_merges) {
            map.grown.json.object()->push_back({key, std::move(value), map.key_place});
        } else if (spec::Json::List* const several = value.list()) {
            std::ranges::move(*several, std::back_inserter(map.merged));
        } else {
            map.merged.push_back(std::move(value));
        }
    }

    // yaml.org/type/merge.html: names that are there stay; of several maps earlier ones count.
    static void merge(Open& map) {
        for (spec::Json& from : map.merged) {
            if (from.object() == nullptr) {
                throw YamlRefusal{from.place, "<< merges maps, and this is none", ""};
            }
            for (spec::Member& each : *from.object()) {
                if (!map.names.insert(each.name).second) continue;
                map.grown.json.object()->push_back(std::move(each));
            }
        }
    }

    std::uint32_t source_;
    std::size_t size_;
    std::size_t values_ = 0;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Grown> anchors_;
    std::optional<spec::Json> root_;
};

}  // namespace

std::vector<spec::Json> yaml_documents(const std::string& name, const std::string& text,
                                       spec::Problems& problems) {
    const std::uint32_t source = problems.add_data(name, text);
    std::vector<spec::Json> documents;
    const auto refuse = [&](const spec::SourceLocation& place, std::string message,
                            std::string hint) {
        problems.add({place, {}, std::move(message), std::move(hint)});
    };
    if (text.size() > kLargestYaml) {
        refuse({source, 0, 0, 0}, "the file is larger than 8 MiB",
               "YAML of a system is hardly ever larger than 1 MiB");
        return documents;
    }
    TreeOfEvents tree(source, text.size());
    try {
        std::istringstream in(text);
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(tree)) {
            std::optional<spec::Json> document = tree.take();
            if (document && !document->is_null()) documents.push_back(*std::move(document));
        }
    } catch (const YamlRefusal& refusal) {
        refuse(refusal.place, refusal.message, refusal.hint);
    } catch (const YAML::Exception& error) {
        const bool is_template = text.find("{{") != std::string::npos;
        refuse(tree.place_of(error.mark), "this is not YAML: " + error.msg,
               is_template ? "this looks like a template: helm template renders it"
                           : "the tool that the file is for may say more");
    }
    return documents;
}

}  // namespace tools::imports
