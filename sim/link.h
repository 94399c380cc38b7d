// Intrusive lists: an object that is in one takes itself out when it is destroyed.
#pragma once

#include <utility>

namespace sim {

template <class T>
class List;

template <class T>
class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    bool linked() const { return next_ != nullptr; }

    void unlink() {
        if (!linked()) return;
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = nullptr;
    }

protected:
    ~Link() { unlink(); }

private:
    friend List<T>;
    Link* previous_ = nullptr;
    Link* next_ = nullptr;
};

// A circle through `ends_`; it owns nothing.
template <class T>
class List {
public:
    List() { ends_.previous_ = ends_.next_ = &ends_; }
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() {
        while (!empty()) ends_.next_->unlink();
    }

    bool empty() const { return ends_.next_ == &ends_; }
    T* first() { return empty() ? nullptr : static_cast<T*>(ends_.next_); }
    T* last() { return empty() ? nullptr : static_cast<T*>(ends_.previous_); }

    void add_last(Link<T>& link) { insert_before(ends_, link); }
    void add_first(Link<T>& link) { insert_before(*ends_.next_, link); }

    // Behind the last one that `comes_first(member)` holds for, seen from the end: FIFO among
    // equals.
    template <class Predicate>
    void add_after_last(Link<T>& link, Predicate comes_first) {
        Link<T>* place = ends_.previous_;
        while (place != &ends_ && !comes_first(static_cast<T&>(*place))) place = place->previous_;
        insert_before(*place->next_, link);
    }

    template <class Visitor>
    void for_each(Visitor visit) {
        for (Link<T>* link = ends_.next_; link != &ends_;) {
            Link<T>* const next = link->next_;
            visit(static_cast<T&>(*link));
            link = next;
        }
    }

    template <class Visitor>
    void for_each(Visitor visit) const {
        for (const Link<T>* link = ends_.next_; link != &ends_; link = link->next_) {
            visit(static_cast<const T&>(*link));
        }
    }

private:
    struct Ends : Link<T> {
        ~Ends() { this->next_ = nullptr; }
        friend List;
    };

    static void insert_before(Link<T>& place, Link<T>& link) {
        link.previous_ = place.previous_;
        link.next_ = &place;
        place.previous_->next_ = &link;
        place.previous_ = &link;
    }

    Ends ends_;
};

}  // namespace sim
