//! Methods of collections that leave them as they are.

use syn::Ident;

/// What reads, and what changes the elements where they are: methods of slices and strings that take `&mut self`.
///
/// A name that is missing here is refused where it need not be, never the other way round.
const KNOWN: [&str; 155] = [
    "as_array", "as_bytes", "as_mut_ptr", "as_mut_slice", "as_mut_slices", "as_mut_str", "as_os_str",
    "as_path", "as_ptr", "as_ref", "as_slice", "as_slices", "as_str", "back", "back_mut", "binary_search",
    "binary_search_by", "binary_search_by_key", "borrow", "bytes", "capacity", "char_indices", "chars",
    "chunks", "chunks_exact", "chunks_exact_mut", "chunks_mut", "clone", "clone_from_slice", "cmp",
    "components", "concat", "contains", "contains_key", "copy_from_slice", "copy_within", "difference",
    "display", "ends_with", "eq", "escape_debug", "escape_default", "exists", "extension", "file_name",
    "fill", "fill_with", "find", "first", "first_chunk", "first_key_value", "first_mut", "fmt", "front",
    "front_mut", "get", "get_disjoint_mut", "get_key_value", "get_many_mut", "get_mut", "hash", "hasher",
    "intersection", "into_iter", "is_ascii", "is_char_boundary", "is_dir", "is_disjoint", "is_empty",
    "is_file", "is_sorted", "is_sorted_by", "is_subset", "is_superset", "iter", "iter_mut", "join",
    "keys", "last", "last_chunk", "last_key_value", "last_mut", "len", "lines", "make_ascii_lowercase",
    "make_ascii_uppercase", "match_indices", "matches", "ne", "nth", "parent", "parse", "partial_cmp",
    "partition_point", "peek", "range", "range_mut", "rchunks", "rchunks_exact", "rchunks_exact_mut",
    "rchunks_mut", "repeat", "reverse", "rfind", "rmatches", "rotate_left", "rotate_right", "rsplit",
    "rsplit_once", "rsplitn", "select_nth_unstable", "select_nth_unstable_by",
    "select_nth_unstable_by_key", "sort", "sort_by", "sort_by_key", "sort_unstable", "sort_unstable_by",
    "sort_unstable_by_key", "split", "split_ascii_whitespace", "split_at", "split_at_checked",
    "split_at_mut", "split_at_mut_checked", "split_first", "split_first_mut", "split_last",
    "split_last_mut", "split_mut", "split_once", "split_terminator", "split_whitespace", "splitn",
    "starts_with", "strip_prefix", "strip_suffix", "swap", "swap_with_slice", "symmetric_difference",
    "to_owned", "to_path_buf", "to_str", "to_string", "to_string_lossy", "to_vec", "trim", "trim_end",
    "trim_matches", "trim_start", "union", "values", "values_mut", "windows", "with_file_name",
];

/// Whether a method of this name makes no collection of the standard library grow or shrink.
pub(super) fn leave_it_as_it_is(method: &Ident) -> bool {
    KNOWN.binary_search(&method.to_string().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::KNOWN;

    #[test]
    fn the_list_is_sorted() {
        assert!(KNOWN.is_sorted() && !KNOWN.contains(&"push"));
    }
}
