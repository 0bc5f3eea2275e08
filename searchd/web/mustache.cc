// The only door to the template library.  It walks our tree of values in place: a context of ours answers what a
// template asks for, with stand-ins of the library's own type.  Building the library's tree of maps for each page took
// longer than showing it.
#include "searchd/web/mustache.h"

#include <cstring>
#include <deque>
#include <exception>
#include <kainjow/mustache.hpp>
#include <new>
#include <string>
#include <vector>

using kainjow::mustache::basic_context;
using kainjow::mustache::data;
using library_list = kainjow::mustache::list;

namespace {

std::string escape(const std::string &text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

// What the library is given for an object, a text or a flag; for a list, one such per item.
struct stand_in : data {
    explicit stand_in(data::type as) : data(as) {}
    const struct view *view = nullptr;        // of an object
    const struct view_list *list = nullptr;   // of a list
};

// The stand-ins of one depth of sections: while a section is shown its own may not change, and what is asked within it
// is one deeper.
struct level {
    stand_in object{data::type::bool_true}, text{data::type::string}, list{data::type::list};
};

class tree_context : public basic_context<std::string> {
public:
    explicit tree_context(const struct view *root) { frames_.push_back(root); }

    void push(const data *item) override
    {
        frames_.push_back(view_of(item));
    }

    void pop() override
    {
        frames_.pop_back();
    }

    const data *get(const std::string &name) const override
    {
        const uint32_t hash = view_hash(name.data(), name.size());
        for (size_t i = frames_.size(); i-- > 0;) {
            const struct view_member *member =
                frames_[i] ? view_find(frames_[i], hash, name.data(), name.size()) : nullptr;
            if (member)
                return answer(*member);
        }
        return nullptr;
    }

    const data *get_partial(const std::string &) const override
    {
        return nullptr; // they are part of the template before it is read
    }

private:
    static const data *nothing()
    {
        static const data off(data::type::bool_false);
        return &off;
    }

    level &here() const
    {
        while (levels_.size() < frames_.size())
            levels_.emplace_back();
        return levels_[frames_.size() - 1];
    }

    const data *answer(const struct view_member &member) const
    {
        level &own = here();
        switch (member.type) {
        case VIEW_TEXT:
            const_cast<std::string &>(own.text.string_value()).assign(member.is.text, member.len);
            return &own.text;
        case VIEW_LIST: {
            library_list &items = const_cast<library_list &>(own.list.list_value());
            while (items.size() > member.is.list->count)
                items.pop_back();
            while (items.size() < member.is.list->count)
                items.emplace_back(data::type::bool_true);
            own.list.list = member.is.list;
            return &own.list;
        }
        case VIEW_OBJECT: own.object.view = member.is.object; return &own.object;
        case VIEW_TRUE: own.object.view = nullptr; return &own.object;
        case VIEW_FALSE: return nothing();
        }
        return nullptr;
    }

    // What is pushed was given out by answer() at this depth: the object, the text, or an item of the list.
    const struct view *view_of(const data *item) const
    {
        const level &own = here();
        const library_list &items = own.list.list_value();
        if (item == &own.object)
            return own.object.view;
        if (!items.empty() && item >= items.data() && item < items.data() + items.size())
            return own.list.list->items[item - items.data()];
        return nullptr;
    }

    std::vector<const struct view *> frames_;
    mutable std::deque<level> levels_; // their places stay when it grows
};

// The library makes a part of a template of each blank, and showing a part costs the same however short it is.  So a
// blank is hidden from it and comes back with the page; no text of ours holds this byte.
const char hidden_blank = '\x1f';

std::string hide_blanks(const char *text, size_t len)
{
    std::string out(text, len);
    bool tag = false;
    for (size_t i = 0; i < len; i++) {
        if (i + 1 < len && out[i] == '{' && out[i + 1] == '{')
            tag = true;
        else if (i && out[i] == '}' && out[i - 1] == '}')
            tag = false;
        else if (out[i] == ' ' && !tag)
            out[i] = hidden_blank;
    }
    return out;
}

void show_blanks(char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        at[i] = at[i] == hidden_blank ? ' ' : at[i];
}

} // namespace

struct mustache {
    explicit mustache(const std::string &text) : parsed(text) { parsed.set_custom_escape(escape); }
    kainjow::mustache::mustache parsed;
};

// No exception leaves this file.
template <typename Body> static enum status guarded(struct err *err, Body body) noexcept
{
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return err_set(err, STATUS_NOMEM, "out of memory for a template");
    } catch (const std::exception &e) {
        return err_set(err, STATUS_INTERNAL, "template: %s", e.what());
    } catch (...) {
        return err_set(err, STATUS_INTERNAL, "template: unknown exception");
    }
}

extern "C" enum status mustache_new(struct mustache **result, const char *text, size_t len, struct err *err)
{
    if (len > MUSTACHE_BYTES)
        return err_set(err, STATUS_LIMIT, "a template of %zu bytes; allowed: %d", len, MUSTACHE_BYTES);
    return guarded(err, [&] {
        struct mustache *made = new mustache(hide_blanks(text, len));
        if (!made->parsed.is_valid()) {
            enum status status = err_set(err, STATUS_SYNTAX, "%s", made->parsed.error_message().c_str());
            delete made;
            return status;
        }
        *result = made;
        return STATUS_OK;
    });
}

extern "C" void mustache_free(struct mustache *mustache)
{
    delete mustache;
}

extern "C" enum status mustache_render(struct mustache *mustache, const struct view *view, struct buf *out,
                                       struct err *err)
{
    if (!view_ok(view))
        return err_set(err, STATUS_NOMEM, "out of memory for a page");
    return guarded(err, [&] {
        tree_context context(view);
        struct sink { // what the library calls a stream
            struct buf *out;
            sink &operator<<(const std::string &text)
            {
                buf_add(out, text.data(), text.size());
                return *this;
            }
        } sink{out};
        size_t began = out->len;
        mustache->parsed.render(context, sink);
        TRY(buf_ok(out, err));
        show_blanks(out->data + began, out->len - began);
        return STATUS_OK;
    });
}
