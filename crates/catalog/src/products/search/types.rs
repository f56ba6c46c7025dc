//! The data types of `/V1/search`.

use ferrite_webapi::search_criteria::{FilterGroup, SortOrder};
use ferrite_webapi::{Json, SearchCriteria, dto};

dto! {
    /// `Magento\Framework\Api\Search\SearchCriteriaInterface`
    pub struct FullTextCriteria {
        request_name: String,
        filter_groups: Vec<FilterGroup>,
        sort_orders: Vec<SortOrder> [null],
        page_size: i64 [null],
        current_page: i64 [null],
    }
}

impl FullTextCriteria {
    /// The same without the name of the request.
    pub(super) fn unnamed(&self) -> SearchCriteria {
        SearchCriteria {
            filter_groups: self.filter_groups.clone(),
            sort_orders: self.sort_orders.clone(),
            page_size: self.page_size.clone(),
            current_page: self.current_page.clone(),
        }
    }
}

dto! {
    /// `Magento\Framework\Api\Search\SearchResultInterface`
    pub struct FullTextResult {
        items: Vec<Document>,
        aggregations: Aggregations,
        search_criteria: Json,
        total_count: i64,
    }
}

dto! {
    /// `Magento\Framework\Api\Search\DocumentInterface`
    pub struct Document {
        id: i64,
        custom_attributes: Vec<Json> [null],
    }
}

dto! {
    /// `Magento\Framework\Api\Search\AggregationInterface`
    pub struct Aggregations {
        buckets: Vec<Bucket>,
        bucket_names: Vec<String>,
    }
}

dto! {
    /// `Magento\Framework\Api\Search\BucketInterface`
    pub struct Bucket {
        name: String,
        values: Vec<BucketValue>,
    }
}

dto! {
    /// `Magento\Framework\Api\Search\AggregationValueInterface`: a value, and the value again with
    /// how many things have it.
    pub struct BucketValue {
        value: String,
        metrics: Vec<Json>,
    }
}
