/** Thrown for an object of a store that lay in another place and has no note of it: URIs of a folder's objects are absolute. */
export class DataFolderMoved extends RangeError {
  constructor(was: string, is: string) {
    super(
      `the data folder was made as ${was} and is now ${is}, and its topics name objects by their place: bring it back to where it was made, or make a new one`,
    )
    this.name = 'DataFolderMoved'
  }
}
