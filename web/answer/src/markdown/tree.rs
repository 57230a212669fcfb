//! Elements put together from where they start and end.

use super::{Node, Tag};

/// A tree under construction. Structure deeper than `room` is dropped and its
/// text kept.
pub(super) struct Tree {
    room: usize,
    too_deep: usize,
    open: Vec<(Option<Tag>, Vec<Node>)>,
    done: Vec<Node>,
}

impl Tree {
    pub(super) fn new(room: usize) -> Self {
        Self { room, too_deep: 0, open: Vec::new(), done: Vec::new() }
    }

    /// Starts an element, or without a tag what belongs to the element around it.
    pub(super) fn start(&mut self, tag: Option<Tag>) {
        if self.open.len() < self.room {
            self.open.push((tag, Vec::new()));
        } else {
            self.too_deep += 1;
        }
    }

    pub(super) fn end(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if let Some((tag, children)) = self.open.pop() {
            match tag {
                Some(tag) => self.push(Node::Element(tag, children)),
                None => children.into_iter().for_each(|child| self.push(child)),
            }
        }
    }

    /// Adds a node. Text joins the text before it.
    pub(super) fn push(&mut self, node: Node) {
        let siblings = self.open.last_mut().map_or(&mut self.done, |(_, children)| children);
        match (siblings.last_mut(), node) {
            (_, Node::Text(more)) if more.is_empty() => {}
            (Some(Node::Text(text)), Node::Text(more)) => text.push_str(&more),
            (_, node) => siblings.push(node),
        }
    }

    pub(super) fn finish(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.end();
        }
        self.done
    }
}
